//! Random runs of pages, taken and given back, against a list of what is out.

use super::*;
use crate::check::IS_SHORT;

/// Whether all bytes of some pages are this one. Pages at once are compared fast, also by Miri.
fn is_filled(pages: &[u8], byte: u8) -> bool {
    pages.chunks(PAGE_SIZE).all(|page| *page == [byte; PAGE_SIZE][..page.len()])
}

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
            let (at, segment) = segments.take_run(pages).unwrap_or_else(|| segments.grow(pages).unwrap());
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
        if !IS_SHORT || round % 10 == 0 {
            check(&segments, &taken);
        }
    }
    for (at, segment, pages) in taken {
        // SAFETY: taken above and not used.
        unsafe { segments.give(at, segment, pages) };
    }
    assert_eq!(segments.held(), segments.cached());
    while segments.give_portion() {}
    assert!(segments.held() <= KEPT_MIN, "some empty segments are kept");
    while segments.give_spare() {}
    assert_eq!((segments.held(), segments.cached()), (0, 0));
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
        let is_empty = segments.empty.borrow().iter().filter(|it| **it as usize == index).count();
        assert_eq!(is_empty, usize::from(segment.memory.is_some() && segment.free == u16::MAX));
        assert!(
            segment.memory.is_none() || segment.free == 0 || segment.is_open || is_empty == 1,
            "pages that nobody finds"
        );
    }
    let live = all.iter().filter(|segment| segment.memory.is_some());
    assert_eq!(segments.held(), live.clone().count() * SEGMENT_SIZE);
    let free: u32 = live.clone().map(|segment| segment.free.count_ones()).sum();
    let used: usize = taken.iter().map(|(_, _, pages)| pages).sum();
    assert_eq!(free as usize + used, live.clone().count() * SEGMENT_PAGES);
    assert_eq!(segments.cached(), live.filter(|segment| segment.free == u16::MAX).count() * SEGMENT_SIZE);
    assert_eq!(all.iter().filter(|segment| segment.memory.is_none()).count(), segments.unused_entries.borrow().len());
}

#[test]
fn empty_segments_go_when_a_whole_cycle_had_no_use_for_them() {
    let segments = Segments::default();
    let take = || segments.take_run(8).unwrap_or_else(|| segments.grow(8).unwrap());
    // SAFETY: the runs were taken here and are not used.
    let give = |runs: Vec<(NonNull<u8>, u32)>| runs.iter().for_each(|run| unsafe { segments.give(run.0, run.1, 8) });
    give((0..12).map(|_| take()).collect());
    assert_eq!((segments.held(), segments.cached()), (6 * SEGMENT_SIZE, 6 * SEGMENT_SIZE));
    segments.age();
    assert!(!segments.give_portion(), "they were in use since the last cycle");
    give((0..4).map(|_| take()).collect());
    assert_eq!(segments.held(), 6 * SEGMENT_SIZE, "what is there is used first");
    segments.age();
    assert!(segments.give_portion() && !segments.give_portion());
    assert_eq!(segments.held(), 2 * SEGMENT_SIZE, "two of them were in use since");
    // More than is kept goes at once, in portions.
    give((0..600).map(|_| take()).collect());
    let held = segments.held();
    assert!(segments.give_portion() && segments.held() == held - PORTION);
    // What is taken from the system does not come on top of it.
    let pages = PORTION / PAGE_SIZE;
    let block = segments.take_own(pages, true).unwrap();
    assert_eq!(segments.held(), held - PORTION);
    // SAFETY: taken above and not used.
    unsafe { segments.give(block, OWN_MEMORY, pages) };
    segments.keep(held / 2);
    while segments.give_portion() {}
    assert_eq!(segments.held(), held / 2);
    while segments.give_spare() {}
    assert_eq!((segments.held(), segments.cached()), (0, 0));
}

#[test]
fn a_segment_that_comes_back_is_found_behind_many_with_single_pages() {
    let segments = Segments::default();
    let take = |pages| segments.take_run(pages).unwrap_or_else(|| segments.grow(pages).unwrap());
    let sizes = [8, 7, 1];
    let full: Vec<_> = (0..80).map(|_| sizes.map(take)).collect();
    let (gone, rest) = full.split_at(2);
    // They go, but keep their places among those that are open.
    for (at, pages) in gone.iter().flat_map(|runs| runs.iter().zip(sizes)) {
        // SAFETY: taken above and not used.
        unsafe { segments.give(at.0, at.1, pages) };
    }
    while segments.give_spare() {}
    for runs in rest {
        // SAFETY: taken above and not used.
        unsafe { segments.give(runs[2].0, runs[2].1, 1) };
    }
    assert!(segments.take_run(8).is_none(), "too far away");
    let held = segments.held();
    let (at, segment) = segments.grow(8).unwrap();
    assert_eq!((segment, segments.held()), (1, held + SEGMENT_SIZE));
    let mut taken = vec![(at, segment, 8)];
    for runs in rest {
        taken.extend([(runs[0].0, runs[0].1, 8), (runs[1].0, runs[1].1, 7)]);
    }
    check(&segments, &taken);
}

#[test]
fn blocks_with_memory_of_their_own_are_kept_for_a_while() {
    let segments = Segments::default();
    assert!(segments.take_own(usize::MAX / PAGE_SIZE, false).is_none());
    assert!(segments.take_own(usize::MAX, true).is_none());
    let pages = |count| 9 + count / 8;
    let blocks: Vec<_> =
        (0..2 * SPARE_COUNT).map(pages).map(|pages| (segments.take_own(pages, false).unwrap(), pages)).collect();
    let full = segments.held();
    for (at, pages) in blocks {
        // SAFETY: taken above and not used.
        unsafe { segments.give(at, OWN_MEMORY, pages) };
    }
    let bytes: usize = (SPARE_COUNT..2 * SPARE_COUNT).map(|count| own_size(pages(count)).unwrap()).sum();
    assert!(segments.held() == bytes && segments.held() < full, "the youngest are kept");
    assert!(segments.take_spare(9, false).is_none());
    segments.age();
    assert_eq!(segments.held(), bytes);
    let again = segments.take_spare(pages(SPARE_COUNT), true).unwrap();
    // SAFETY: the block was just taken, clear; then it is written to.
    unsafe {
        let bytes = std::slice::from_raw_parts_mut(again.as_ptr(), pages(SPARE_COUNT) * PAGE_SIZE);
        assert!(is_filled(bytes, 0));
        bytes.fill(1);
    }
    segments.age();
    assert_eq!(segments.held(), own_size(pages(SPARE_COUNT)).unwrap());
    // SAFETY: taken above and not used.
    unsafe { segments.give(again, OWN_MEMORY, pages(SPARE_COUNT)) };
    while segments.give_spare() {}
    assert_eq!(segments.held(), 0);
}

#[test]
fn blocks_are_lengthened_into_freed_ones_or_where_the_system_can() {
    lengthen_a_block(true);
    lengthen_a_block(false);
}

fn lengthen_a_block(may_take: bool) {
    let segments = Segments::default();
    let bytes = |at: NonNull<u8>, pages: usize| {
        // SAFETY: a block of this test, taken clear or written to.
        unsafe { std::slice::from_raw_parts_mut(at.as_ptr(), pages * PAGE_SIZE) }
    };
    let (short, long) = (10, 20);
    let block = segments.take_own(short, true).unwrap();
    bytes(block, short).fill(7);
    let freed = segments.take_own(long, true).unwrap();
    bytes(freed, long).fill(9);
    // SAFETY: not used any more.
    unsafe { segments.give(freed, OWN_MEMORY, long) };
    let held = segments.held();
    // SAFETY: used at its new place only.
    let block = unsafe { segments.lengthen_own(block, short, long, true) }.unwrap();
    assert_eq!((block, segments.held(), segments.used()), (freed, held, long * PAGE_SIZE));
    let is_whole = |block: NonNull<u8>, pages: usize| {
        let (old, added) = bytes(block, pages).split_at(short * PAGE_SIZE);
        block.addr().get().is_multiple_of(PAGE_SIZE) && is_filled(old, 7) && is_filled(added, 0)
    };
    assert!(is_whole(block, long));
    // There is no freed block of these sizes. The last ones have huge pages. The first of them is a new one, so that the
    // old one stays for others, if there is room for both.
    let (mut block, mut pages, mut freed) = (block, long, short);
    let huge = [2 << 20, 4 << 20, 8 << 20].map(pages_for);
    for longer in [40, 41].into_iter().chain(huge) {
        if may_take && system::has_huge_pages(longer * PAGE_SIZE) && !system::has_huge_pages(pages * PAGE_SIZE) {
            freed += pages;
        }
        // SAFETY: as above.
        match unsafe { segments.lengthen_own(block, pages, longer, may_take) } {
            Some(lengthened) => (block, pages) = (lengthened, longer),
            None if system::GIVES_PARTS && cfg!(target_os = "linux") => panic!("not lengthened to {longer} pages"),
            None => {}
        }
        assert_eq!((segments.used(), segments.held()), (pages * PAGE_SIZE, (pages + freed) * PAGE_SIZE));
        assert!(is_whole(block, pages));
    }
    // SAFETY: not used any more.
    unsafe { segments.give(block, OWN_MEMORY, pages) };
    while segments.give_spare() {}
    assert_eq!((segments.held(), segments.used(), segments.cached()), (0, 0, 0));
}

/// Whether the mapping around an address asks for huge pages.
#[cfg(all(target_os = "linux", feature = "system", not(miri), not(fife_asan)))]
fn asks_for_huge_pages(address: usize) -> bool {
    let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
    let mut is_inside = false;
    for line in maps.lines() {
        let range = line.split(' ').next().and_then(|range| range.split_once('-'));
        if let Some((Ok(begin), Ok(end))) =
            range.map(|(begin, end)| (usize::from_str_radix(begin, 16), usize::from_str_radix(end, 16)))
        {
            is_inside = (begin..end).contains(&address);
        } else if is_inside && let Some(flags) = line.strip_prefix("VmFlags:") {
            return flags.split(' ').any(|flag| flag == "hg");
        }
    }
    false
}

/// However many large blocks there are, a few have huge pages, also after some grew, and others were let go.
#[test]
#[cfg(all(target_os = "linux", feature = "system", not(miri), not(fife_asan)))]
fn a_few_blocks_have_huge_pages() {
    let segments = Segments::default();
    let (small, large, larger) = (pages_for(2 << 20), pages_for(4 << 20), pages_for(8 << 20));
    let mut blocks: Vec<_> = (0..3).map(|_| (segments.take_own(large, true).unwrap(), large)).collect();
    if !asks_for_huge_pages(blocks[0].0.addr().get() + PAGE_SIZE) {
        eprintln!("SKIPPED: the system has no huge pages");
        return;
    }
    let count = |blocks: &[(NonNull<u8>, usize)]| {
        blocks.iter().filter(|(block, _)| asks_for_huge_pages(block.addr().get() + PAGE_SIZE)).count()
    };
    blocks.extend((0..9).map(|_| (segments.take_own(small, true).unwrap(), small)));
    for (at, wanted) in (3..12).map(|at| (at, large)).chain((0..12).map(|at| (at, larger))) {
        let (block, pages) = blocks[at];
        // SAFETY: used at its new place only.
        blocks[at] = (unsafe { segments.lengthen_own(block, pages, wanted, at % 2 == 0) }.unwrap(), wanted);
        assert!((3..=HUGE_BLOCKS_MAX).contains(&count(&blocks)));
    }
    for (block, pages) in blocks.drain(..) {
        // SAFETY: not used any more.
        unsafe { segments.give(block, OWN_MEMORY, pages) };
    }
    while segments.give_spare() {}
    assert_eq!((segments.large.get(), segments.held()), (0, 0));
}

/// A large block that is let go does not displace the small ones that growing tables use.
#[test]
fn the_largest_block_leaves_first() {
    let segments = Segments::default();
    let sizes = [64 << 10, 1 << 20, 6 << 20, 2 << 20].map(pages_for);
    let blocks = sizes.map(|pages| (segments.take_own(pages, false).unwrap(), pages));
    for (block, pages) in blocks {
        // SAFETY: taken above and not used.
        unsafe { segments.give(block, OWN_MEMORY, pages) };
    }
    while segments.give_portion() {}
    let is_kept = sizes.map(|pages| segments.take_spare(pages, false).is_some());
    assert_eq!(is_kept, [true, true, false, true]);
    for (block, pages) in [blocks[0], blocks[1], blocks[3]] {
        // SAFETY: taken again just now, where it was.
        unsafe { segments.give(block, OWN_MEMORY, pages) };
    }
}

#[test]
fn large_blocks_leave_in_portions() {
    let segments = Segments::default();
    let pages = 5 * PORTION / 2 / PAGE_SIZE;
    let block = segments.take_own(pages, true).unwrap();
    // SAFETY: taken above and not used.
    unsafe { segments.give(block, OWN_MEMORY, pages) };
    let size = own_size(pages).unwrap();
    let parts = [size, size - PORTION, size - 2 * PORTION, 0];
    for left in parts.into_iter().filter(|left| system::GIVES_PARTS || [size, 0].contains(left)) {
        assert_eq!(segments.held(), left);
        assert_eq!(segments.give_portion(), left != 0);
    }
}
