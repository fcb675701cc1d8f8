//! Values that must never change, and frequencies.

use super::*;

#[test]
fn streams_are_frozen_and_distinct() {
    let mut stream = Stream::new(0, Purpose::Components, 0);
    let first = [stream.bits(), stream.bits()];
    assert_eq!(first, FROZEN);
    for other in [
        Stream::new(1, Purpose::Components, 0),
        Stream::new(0, Purpose::Refreshes, 0),
        Stream::new(0, Purpose::Components, 1),
    ] {
        assert_ne!({ other }.bits(), FROZEN[0]);
    }
}

/// The first draws of seed 0.
const FROZEN: [u64; 2] = [4_606_029_925_845_525_861, 5_881_008_411_243_030_533];

#[test]
fn a_stream_goes_on_where_it_was_kept() {
    let mut stream = Stream::new(7, Purpose::Components, 3);
    (0..37).for_each(|_| _ = stream.bits());
    let kept = postcard::to_stdvec(&stream).unwrap();
    let mut again: Stream = postcard::from_bytes(&kept).unwrap();
    for _ in 0..100 {
        assert_eq!(stream.uniform().to_bits(), again.uniform().to_bits());
    }
}

#[test]
fn an_alias_table_has_the_probabilities() {
    let weights = [0.0, 3.0, 1.0, 0.0, 4.0, 2.0];
    let (table, mut stream) = (Alias::new(&weights), Stream::new(1, Purpose::Components, 0));
    let mut counts = [0.0; 6];
    let draws = 40_000.0;
    (0..40_000).for_each(|_| counts[table.draw(&mut stream)] += 1.0);
    for (count, weight) in counts.iter().zip(weights) {
        let p = weight / 10.0;
        // Five standard deviations of a binomial count.
        assert!((count - draws * p).abs() <= 5.0 * (draws * p * (1.0 - p)).sqrt(), "{counts:?}");
    }
}

#[test]
fn batches_are_distinct_and_uniform() {
    let (mut batches, mut stream) = (WithoutReplacement::new(9), Stream::new(2, Purpose::Components, 0));
    let mut pairs = [[0.0; 9]; 9];
    let draws = 36_000;
    for _ in 0..draws {
        let mut batch = Vec::new();
        batches.draw(3, &mut stream, |i| batch.push(i));
        for &a in &batch {
            for &b in batch.iter().filter(|&&b| b != a) {
                pairs[a][b] += 1.0;
            }
        }
        batch.sort_unstable();
        batch.dedup();
        assert_eq!(batch.len(), 3);
    }
    // A pair is in a batch with probability 3 * 2 / (9 * 8).
    let (p, n) = (6.0 / 72.0, f64::from(draws));
    for (a, row) in pairs.iter().enumerate() {
        for (b, count) in row.iter().enumerate().filter(|(b, _)| *b != a) {
            assert!((count - n * p).abs() <= 5.0 * (n * p * (1.0 - p)).sqrt(), "{a} {b} {count}");
        }
    }
    let mut all = Vec::new();
    WithoutReplacement::new(100).draw(100, &mut stream, |i| all.push(i));
    all.sort_unstable();
    assert_eq!(all, (0..100).collect::<Vec<_>>());
}
