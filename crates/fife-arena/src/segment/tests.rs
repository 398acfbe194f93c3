//! Random runs of pages, taken and given back, against a list of what is out.

use super::*;

/// A small generator (xorshift64): enough to choose what to do next.
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 16) as usize
}

#[test]
fn runs_do_not_overlap_and_segments_go_when_empty() {
    let segments = Segments::default();
    let mut state = 88_172_645_463_325_252;
    let mut taken: Vec<(NonNull<u8>, u32, usize)> = Vec::new();
    for round in 0..if cfg!(miri) { 300 } else { 30_000 } {
        // Now more is taken, now more is given back.
        if next(&mut state) % 16 < if round / 200 % 2 == 0 { 11 } else { 4 } {
            let pages = 1 + next(&mut state) % RUN_LIMIT;
            let (at, segment) = segments.take_run(pages).unwrap_or_else(|| {
                segments.grow().unwrap();
                segments.take_run(pages).unwrap()
            });
            assert_eq!(at.addr().get() % PAGE_SIZE, 0);
            let range = |at: NonNull<u8>, pages: usize| at.addr().get()..at.addr().get() + pages * PAGE_SIZE;
            let new = range(at, pages);
            for (at, _, pages) in &taken {
                let old = range(*at, *pages);
                assert!(new.end <= old.start || old.end <= new.start, "runs overlap");
            }
            let memory = segments.segments.borrow()[segment as usize].memory.unwrap();
            let whole = range(memory, SEGMENT_PAGES);
            assert!(whole.start <= new.start && new.end <= whole.end, "a run lies in its segment");
            taken.push((at, segment, pages));
        } else if !taken.is_empty() {
            let index = next(&mut state) % taken.len();
            let (at, segment, pages) = taken.swap_remove(index);
            // SAFETY: taken above and not used.
            unsafe { segments.give(at, segment, pages) };
        }
        check(&segments, &taken);
    }
    for (at, segment, pages) in taken {
        // SAFETY: taken above and not used.
        unsafe { segments.give(at, segment, pages) };
    }
    assert_eq!(segments.held(), SEGMENT_SIZE, "one empty segment is kept");
}

fn check(segments: &Segments, taken: &[(NonNull<u8>, u32, usize)]) {
    let open = segments.open.borrow();
    let all = segments.segments.borrow();
    let mut is_open = vec![false; all.len()];
    for index in open.iter() {
        assert!(!std::mem::replace(&mut is_open[*index as usize], true), "named once");
    }
    for (index, segment) in all.iter().enumerate() {
        assert_eq!(segment.is_open, is_open[index]);
        assert!(segment.memory.is_none() || segment.free == 0 || segment.is_open, "pages that nobody finds");
    }
    let live = all.iter().filter(|segment| segment.memory.is_some());
    assert_eq!(segments.held(), live.clone().count() * SEGMENT_SIZE);
    let free: u32 = live.clone().map(|segment| segment.free.count_ones()).sum();
    let used: usize = taken.iter().map(|(_, _, pages)| pages).sum();
    assert_eq!(free as usize + used, live.clone().count() * SEGMENT_PAGES);
    assert_eq!(segments.empty_count.get(), live.filter(|segment| segment.free == u16::MAX).count());
    assert_eq!(all.iter().filter(|segment| segment.memory.is_none()).count(), segments.unused_entries.borrow().len());
}

#[test]
fn blocks_with_memory_of_their_own_are_kept_for_a_while() {
    let segments = Segments::default();
    assert!(segments.take_own(usize::MAX / PAGE_SIZE).is_none());
    assert!(segments.take_own(usize::MAX).is_none());
    let blocks: Vec<_> =
        (0..2 * SPARE_COUNT).map(|count| (segments.take_own(10 + count).unwrap(), 10 + count)).collect();
    let full = segments.held();
    for (at, pages) in blocks {
        // SAFETY: taken above and not used.
        unsafe { segments.give(at, OWN_MEMORY, pages) };
    }
    let pages: usize = (10 + SPARE_COUNT..10 + 2 * SPARE_COUNT).sum();
    assert!(segments.held() == pages * PAGE_SIZE && segments.held() < full, "the youngest are kept");
    assert!(!segments.has_spare(10) && segments.has_spare(10 + SPARE_COUNT));
    segments.age_spare();
    assert_eq!(segments.held(), pages * PAGE_SIZE);
    let again = segments.take_own(10 + SPARE_COUNT).unwrap();
    segments.age_spare();
    assert_eq!(segments.held(), (10 + SPARE_COUNT) * PAGE_SIZE);
    // SAFETY: taken above and not used.
    unsafe { segments.give(again, OWN_MEMORY, 10 + SPARE_COUNT) };
    segments.release_spare();
    assert_eq!(segments.held(), 0);
}
