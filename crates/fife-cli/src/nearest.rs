//! Finds the name that was meant by a mistyped one.

/// How many letters may be wrong, of a short name and of a longer one.
const FEW: usize = 1;
const MORE: usize = 2;
const SHORT: usize = 4;
/// Longer names are not compared.
const LONG: usize = 64;

/// The nearest of some names, if one is near enough: at most two letters missing, surplus, different or swapped, or one
/// for a name of up to four letters. Of several equally near names, the first one.
pub(crate) fn nearest<'n>(name: &[u8], known: impl IntoIterator<Item = &'n [u8]>) -> Option<&'n [u8]> {
    let most = if name.len() <= SHORT { FEW } else { MORE };
    let near = known.into_iter().filter_map(|known| Some((distance(name, known, most)?, known)));
    near.min_by_key(|it| it.0).map(|it| it.1)
}

/// How many letters two names differ by, if they are not the same and it is no more than `most`.
pub(crate) fn distance(left: &[u8], right: &[u8], most: usize) -> Option<usize> {
    if left == right || left.len().abs_diff(right.len()) > most || left.len().max(right.len()) > LONG {
        return None;
    }
    // Rows of the usual table: two back, the last one, and this one.
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=right.len()).collect());
    for (row, a) in left.iter().enumerate() {
        let mut this = vec![row + 1];
        for (column, b) in right.iter().enumerate() {
            let mut best = (last[column] + usize::from(a != b)).min(last[column + 1] + 1).min(this[column] + 1);
            if row > 0 && column > 0 && *a == right[column - 1] && left[row - 1] == *b {
                best = best.min(before[column - 1] + 1);
            }
            this.push(best);
        }
        (before, last) = (last, this);
    }
    last.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn what_is_near_is_found() {
        let known = [&b"--sandbox"[..], b"--stats", b"--list", b"-i"];
        assert_eq!(nearest(b"--sandboxx", known), Some(&b"--sandbox"[..]));
        assert_eq!(nearest(b"--snadbox", known), Some(&b"--sandbox"[..]));
        assert_eq!(nearest(b"--lsit", known), Some(&b"--list"[..]));
        assert_eq!(nearest(b"--state", known), Some(&b"--stats"[..]));
        assert_eq!(nearest(b"--xyz", known), None);
        assert_eq!(nearest(b"--list", known), None, "that is no mistake");
        assert_eq!(nearest(b"", known), None);
    }
}
