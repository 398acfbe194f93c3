//! Numbers that `lua5.4` (PUC-Rio) drew after `math.randomseed`.

use super::*;

/// Seeds; three `math.random(0)`; the bits of three `math.random()`; three of `(1, 100)`; then one
/// of `(math.mininteger, math.maxinteger)`, `(-5, -5)`, `(0, 2^53)` and `(3, 10)`.
type Case = ((i64, i64), [i64; 3], [u64; 3], [i64; 7]);

const CASES: [Case; 5] = [
    (
        (42, 0),
        [-1276290044721465627, 8333941968102511665, -8358531260401861301],
        [0x3fe965157f81204b, 0x3fe3c110ea35f10a, 0x3f83a9865608e040],
        [7, 25, 3, -8801378756440956393, -5, 898005520678759, 3],
    ),
    (
        (0, 0),
        [4554719557422691265, 4331835599999590920, 1277915526958806955],
        [0x3fe2c45024234f65, 0x3fde58e3c11ba09a, 0x3fd0fb6ac60c3836],
        [88, 57, 87, 2854383942152437263, -5, 7246674918340912, 8],
    ),
    (
        (-1, 7),
        [6336208947141810292, -4513692291794733312, 3495307674443325809],
        [0x3feafd6f69922c65, 0x3fd16fb5b64c4836, 0x3fec4cf1e6cc30d7],
        [94, 69, 91, 336644207658825900, -5, 925762943887993, 5],
    ),
    (
        (i64::MAX, i64::MIN),
        [-2791550165717155446, 5817696329707338889, 5233550574294566965],
        [0x3fe0a8d2832d2f2e, 0x3fd81f4f16c455b2, 0x3fb95366883ccb68],
        [13, 14, 49, 8357429303826184319, -5, 3802367543809334, 3],
    ),
    (
        (123456789, 987654321),
        [7873747018508371129, 3024453609808527008, 8623037637739091980],
        [0x3fde8f67a8c9ab06, 0x3fe23afae01ea333, 0x3fc64402f4d16034],
        [59, 16, 32, -6789078867428973813, -5, 7693193278153040, 7],
    ),
];

#[test]
fn as_puc_rio() {
    for ((n1, n2), integers, floats, ranged) in CASES {
        let mut random = Random::from_seeds(n1, n2);
        assert_eq!(integers, [(); 3].map(|()| random.next() as i64));
        assert_eq!(floats, [(); 3].map(|()| random.next_float().to_bits()));
        let bounds = [(1, 100), (1, 100), (1, 100), (i64::MIN, i64::MAX), (-5, -5), (0, 1 << 53), (3, 10)];
        assert_eq!(ranged.map(Some), bounds.map(|(low, high)| random.next_in(low, high)));
    }
}

#[test]
fn an_empty_interval_still_draws() {
    let mut random = Random::from_seeds(1, 2);
    let mut other = random.clone();
    assert_eq!(random.next_in(2, 1), None);
    other.next();
    assert_eq!(random, other);
}

#[test]
fn stays_in_range() {
    let mut random = Random::from_seeds(3, 4);
    for _ in 0..10_000 {
        let float = random.next_float();
        assert!((0.0..1.0).contains(&float));
        for (low, high) in [(0, 4), (-3, 3), (i64::MIN, i64::MIN + 4), (i64::MIN, 1)] {
            assert!(random.next_in(low, high).is_some_and(|value| (low..=high).contains(&value)));
        }
    }
}
