using AutoSelect.Contracts;
using CsCheck;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Planning;

/// <summary>What holds of every plan, whatever the facts.</summary>
public sealed class BorrowingPlanProperties
{
    private static readonly DeviceClass[] classes =
    [
        Class("a", price: .01, most: 2), Class("b", price: .05, most: 3, startUp: 60, longest: 600),
        Class("c", price: .2, most: 2, kind: DeviceKind.Cuda, isPreemptible: false), Class("d", price: 0, most: 1, kind: DeviceKind.Cuda),
    ];

    private static readonly Gen<DeviceWant> want = Gen.Select(
        Gen.Int[1, 4], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Double[0, .5], Gen.Int[-100, 4000],
        (missing, job, kind, price, until) =>
            Want(missing, $"job{job}", price, until < 3000 ? until : null, kind < 2 ? (DeviceKind)kind : null));

    private static readonly Gen<BorrowedDevice> device = Gen.Select(
        Gen.Int[0, 999_999], Gen.Enum<BorrowStage>(), Gen.Int[0, 200], Gen.Int[0, 3], Gen.Int[-10, 4000],
        (id, stage, age, of, starts) => Device(
            $"r{id}", stage, age, classes[of], stage == BorrowStage.Queued && starts < 2000 ? starts : null));

    private static readonly Gen<BorrowingFacts> facts = Gen.Select(
        want.Array[0, 4], device.Array[0, 8], Gen.Int[0, 900].Array[classes.Length], Gen.Bool.Array[classes.Length],
        (wants, borrowed, queues, isClosed) => Facts(
            wants, [.. borrowed.DistinctBy(d => d.Label)],
            [.. classes.Select((c, i) => Offer(c, queues[i], isClosed[i] && queues[i] % 3 == 0 ? "closed" : ""))]));

    private static readonly BorrowingOptions options = new() { Most = 5 };

    [Fact]
    public void LimitsAreNeverExceeded() => facts.Sample(f =>
    {
        var moves = BorrowingPlan.Make(options, f);
        int Held(string? of) => f.Borrowed.Count(d => of is null || d.Class.Name == of);
        int Asked(string? of) => moves.Requests.Count(r => of is null || r.Class.Name == of);
        return (Asked(null) == 0 || Held(null) + Asked(null) <= options.Most)
            && classes.All(c => Asked(c.Name) == 0 || Held(c.Name) + Asked(c.Name) <= c.Most);
    });

    [Fact]
    public void NothingIsAskedForThatWouldComeTooLateOrThatNobodyWants() => facts.Sample(f =>
    {
        foreach (var request in BorrowingPlan.Make(options, f).Requests)
        {
            var queue = f.Offers.Single(o => o.Class == request.Class).QueueTime;
            Assert.True(request.AtMost > TimeSpan.Zero && request.AtMost <= request.Class.Longest);
            Assert.Contains(f.Wants, w => w.Job == request.Job && (w.Kind is null || w.Kind == request.Class.Kind)
                && w.Price > request.Class.Price
                && (w.UsefulUntil is not { } until || f.Now + queue + request.Class.StartUp + options.LeastUse <= until));
        }
    });

    [Fact]
    public void NoMoreIsAskedForThanIsMissing() => facts.Sample(f => BorrowingPlan.Make(options, f).Requests.GroupBy(r => r.Job)
        .All(g => g.Count() <= f.Wants.Where(w => w.Job == g.Key).Sum(w => w.Missing)));

    [Fact]
    public void IdleDevicesGoBackInTimeAndDevicesInUseNever() => facts.Sample(f =>
    {
        var released = BorrowingPlan.Make(options, f).Releases.Select(r => r.Label).ToList();
        Assert.Equal(released.Count, released.Distinct().Count());
        foreach (var one in f.Borrowed)
        {
            if (one.Stage is BorrowStage.InUse or BorrowStage.Ending) Assert.DoesNotContain(one.Label, released);
            if (one.Stage == BorrowStage.Idle) Assert.Equal(f.Now - one.Since >= options.IdleTime, released.Contains(one.Label));
        }
    });

    [Fact]
    public void TheSameFactsGiveTheSameMovesInWhateverOrderDevicesAreListed() => facts.Sample(f =>
    {
        static string Text(BorrowingMoves m) => string.Join('\n', [
            .. m.Requests.Select(r => r.ToString()), .. m.Releases.Select(r => r.ToString()).Order(),
            .. m.Refusals.Select(r => r.ToString())]);
        var turned = f with { Borrowed = [.. f.Borrowed.Reverse()], Offers = [.. f.Offers.Reverse()] };
        Assert.Equal(Text(BorrowingPlan.Make(options, f)), Text(BorrowingPlan.Make(options, turned)));
    });

    [Fact]
    public void FromNothingAPlanCarriedOutLeavesNothingToDo() => facts.Sample(f =>
    {
        var first = BorrowingPlan.Make(options, f with { Borrowed = [] });
        var asked = first.Requests.Select((r, i) => new BorrowedDevice(Label($"n{i}"), r.Class, BorrowStage.Queued, f.Now));
        var second = BorrowingPlan.Make(options, f with { Borrowed = [.. asked] });
        Assert.Empty(second.Requests);
        Assert.Empty(second.Releases);
    });

    [Fact]
    public void FromAnywhereItComesToRest() => facts.Sample(f =>
    {
        for (var round = 0; round < 10; round++)
        {
            var moves = BorrowingPlan.Make(options, f);
            if (moves.Requests.IsEmpty && moves.Releases.IsEmpty) return;
            var gone = moves.Releases.Select(r => r.Label).ToHashSet();
            f = f with
            {
                Borrowed = [.. f.Borrowed.Where(d => !gone.Contains(d.Label)), .. moves.Requests.Select((r, i) => new BorrowedDevice(
                    Label($"n{round}x{i}"), r.Class, BorrowStage.Queued, f.Now))],
            };
        }
        Assert.Fail("It still asks and gives back after 10 rounds.");
    });
}
