using AutoSelect.Contracts;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Borrowing;

/// <summary>A borrower through random demands, preemptions, lost answers, silence of the scheduler and its own deaths.</summary>
public sealed class BorrowerWalkProperties
{
    private enum Event
    {
        Want,
        Start,
        Use,
        Free,
        Preempt,
        Requeue,
        Fail,
        Forget,
        Expect,
        LoseAnswer,
        LoseRequest,
        Refuse,
        Away,
        Crash,
        Wait,
    }

    private static readonly BorrowingOptions options = new() { Most = 5 };

    private static readonly Gen<(Event What, int Which, int Seconds)[]> walk =
        Gen.Select(Gen.Enum<Event>(), Gen.Int[0, 7], Gen.Int[0, 90]).Array[0, 60];

    [Fact]
    public void LimitsHoldAndInTheEndNothingIsLeft() => walk.Sample(events => new Walk().Take(events));

    private sealed class Walk
    {
        private readonly FakeTimeProvider time = new(Start);
        private readonly SimulatedScheduler scheduler;
        private readonly HashSet<BorrowLabel> up = [];
        private readonly HashSet<BorrowLabel> used = [];
        private Borrower borrower;
        private int missing;
        private int requests;

        public Walk()
        {
            scheduler = new SimulatedScheduler(time, Class("a", most: 3), Class("b", price: .02, most: 4));
            borrower = NewBorrower();
        }

        private Borrower NewBorrower() =>
            new(scheduler, Control, options, time, NullLogger<Borrower>.Instance, _ => $"r{++requests}");

        public void Take((Event What, int Which, int Seconds)[] events)
        {
            foreach (var (what, which, seconds) in events)
            {
                Happen(what, which, seconds);
                Round();
                Assert.InRange(scheduler.Live.Length, 0, options.Most);
                (scheduler.RequestFault, scheduler.IsAway) = (null, false);
            }
            missing = 0;
            used.Clear();
            // Two rounds: one sees that nobody uses them, and a minute later they go back, whatever the last borrower had seen.
            Round();
            time.Advance(TimeSpan.FromSeconds(60));
            Round();
            Assert.Empty(scheduler.Live);
        }

        private void Happen(Event what, int which, int seconds)
        {
            var label = scheduler.Live is { Length: > 0 } live ? live[which % live.Length] : null;
            switch (what)
            {
                case Event.Want: missing = which; break;
                case Event.Wait: time.Advance(TimeSpan.FromSeconds(seconds)); break;
                case Event.Away: scheduler.IsAway = true; break;
                case Event.Crash: borrower = NewBorrower(); break;
                case Event.Refuse: scheduler.RequestFault = new RequestRefusedException("simulated", "a", "no"); break;
                case Event.LoseAnswer or Event.LoseRequest:
                    scheduler.TakesFaultyRequest = what == Event.LoseAnswer;
                    scheduler.RequestFault = new ProviderUnavailableException("simulated", "slow");
                    break;
                case Event.Start when label is not null: scheduler.Start(label); break;
                case Event.Use when label is not null && up.Contains(label): used.Add(label); break;
                case Event.Use when label is not null: up.Add(label); break;
                case Event.Free when label is not null: used.Remove(label); break;
                case Event.Expect when label is not null: scheduler.Expect(label, time.GetUtcNow().AddSeconds(seconds * 10)); break;
                case Event.Requeue when label is not null: Lose(label, () => scheduler.Requeue(label)); break;
                case Event.Forget when label is not null: Lose(label, () => scheduler.Forget(label)); break;
                case Event.Preempt or Event.Fail when label is not null:
                    var reason = what == Event.Fail ? EndReason.Failed : EndReason.Preempted;
                    Lose(label, () => scheduler.Set(label, BorrowState.Gone, reason));
                    break;
            }
        }

        private void Lose(BorrowLabel label, Action how)
        {
            up.Remove(label);
            used.Remove(label);
            how();
        }

        private void Round()
        {
            var pool = up.Intersect(scheduler.Live).Select(l => Registered(l, used.Contains(l) ? new JobId("job") : null)).ToList();
            // The simulated scheduler answers at once.
            borrower.Round(new PoolView(missing > 0 ? [Want(missing, usefulFor: 5000)] : [], pool), default).GetAwaiter().GetResult();
        }
    }
}
