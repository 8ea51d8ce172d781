"""Token buckets, with a clock that is set by hand."""

from __future__ import annotations

from bot.web.limits import Limiter, Rate


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_one_by_one() -> None:
    clock = Clock()
    limiter = Limiter(Rate(burst=3, seconds=2.0), clock)
    assert [limiter.take("a") for _ in range(5)] == [0, 0, 0, 2, 2]
    clock.now += 1.5
    assert limiter.take("a") == 1
    clock.now += 0.5
    assert [limiter.take("a"), limiter.take("a")] == [0, 2]
    clock.now += 6
    assert [limiter.take("a") for _ in range(4)] == [0, 0, 0, 2]


def test_keys_do_not_share() -> None:
    limiter = Limiter(Rate(burst=1, seconds=60.0), Clock())
    assert [limiter.take("a"), limiter.take("b"), limiter.take("a")] == [0, 0, 60]


def test_what_is_full_again_is_forgotten() -> None:
    clock = Clock()
    limiter = Limiter(Rate(burst=2, seconds=1.0), clock)
    for each in range(1000):
        limiter.take(str(each))
    clock.now += 2
    limiter.take("new")
    assert len(limiter) == 1
