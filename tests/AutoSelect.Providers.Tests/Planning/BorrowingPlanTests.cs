using AutoSelect.Contracts;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Planning;

public sealed class BorrowingPlanTests
{
    private static readonly BorrowingOptions options = new();

    [Fact]
    public void AsksForWhatIsMissing()
    {
        var moves = BorrowingPlan.Make(options, Facts([Want(2, usefulFor: 1000)], [], Offer(Class(), queue: 30)));

        Assert.Equal(2, moves.Requests.Length);
        Assert.All(moves.Requests, r => Assert.Equal(("spare", TimeSpan.FromSeconds(970)), (r.Class.Name, r.AtMost)));
        Assert.Equal("job has a use for it; ready in 40.0 s, asked for 16 min 10 s", moves.Requests[0].Reason);
        Assert.Empty(moves.Refusals);
    }

    [Fact]
    public void AsksForNoMoreThanTheClassIsLentFor() =>
        Assert.Equal(
            TimeSpan.FromHours(1), Assert.Single(BorrowingPlan.Make(options, Facts([Want()], [], Offer(Class()))).Requests).AtMost);

    [Fact]
    public void ADeviceThatWouldComeTooLateIsNotAskedFor()
    {
        var moves = BorrowingPlan.Make(options, Facts([Want(usefulFor: 100)], [], Offer(Class(startUp: 10), queue: 31)));

        Assert.Empty(moves.Requests);
        var refusal = Assert.Single(moves.Refusals);
        Assert.Equal(
            "it would be ready in 41.0 s (queue 31.0 s, start-up 10.0 s), 59.0 s before its work is of no more use; at least 1 min of use "
            + "are asked for", refusal.Reason);
        Assert.Single(BorrowingPlan.Make(options, Facts([Want(usefulFor: 100)], [], Offer(Class(startUp: 10), queue: 30))).Requests);
    }

    [Fact]
    public void ADeviceThatWouldComeAfterTheEndIsSaidToBeSo() => Assert.Contains(
        "31.0 s after its work is of no more use",
        Assert.Single(BorrowingPlan.Make(options, Facts([Want(usefulFor: 10)], [], Offer(Class(startUp: 10), queue: 31))).Refusals).Reason,
        StringComparison.Ordinal);

    [Fact]
    public void ADeviceThatCostsMoreThanItIsWorthIsNotAskedFor()
    {
        // 100 s of use at a gain of .02 a second pay for no more than 10 s of start-up at .08.
        Assert.Single(BorrowingPlan.Make(options, Facts([Want(usefulFor: 110)], [], Offer(Class(price: .08, startUp: 10)))).Requests);
        var dear = BorrowingPlan.Make(options, Facts([Want(usefulFor: 130)], [], Offer(Class(price: .08, startUp: 30))));
        Assert.Empty(dear.Requests);
        Assert.Contains("costs 0.08 s of the job a second and is worth 0.1", dear.Refusals[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ADearDeviceThatComesSoonerMayGainMore()
    {
        var (cheap, dear) = (Class("cheap", price: .01), Class("dear", price: .02));
        string First(double queue) => BorrowingPlan.Make(
            options, Facts([Want(usefulFor: 1000)], [], Offer(cheap, queue), Offer(dear))).Requests[0].Class.Name;

        Assert.Equal("cheap", First(queue: 60));
        Assert.Equal("dear", First(queue: 300));
    }

    [Fact]
    public void AtTheSameGainTheOneThatNobodyTakesBackIsTaken()
    {
        var moves = BorrowingPlan.Make(
            options, Facts([Want()], [], Offer(Class("a", isPreemptible: true)), Offer(Class("b", isPreemptible: false))));
        Assert.Equal("b", Assert.Single(moves.Requests).Class.Name);
    }

    [Fact]
    public void OnlyTheKindAskedForIsBorrowed()
    {
        var moves = BorrowingPlan.Make(options, Facts(
            [Want(kind: DeviceKind.Cuda)], [], Offer(Class("cpu")), Offer(Class("cuda", price: .05, kind: DeviceKind.Cuda))));
        Assert.Equal("cuda", Assert.Single(moves.Requests).Class.Name);
    }

    [Theory]
    [InlineData(2, 8, 2, "no more than 2 devices of this class may be borrowed at once")]
    [InlineData(4, 1, 1, "no more than 1 device may be borrowed at once")]
    public void LimitsHold(int ofClass, int ofAll, int asked, string reason)
    {
        var moves = BorrowingPlan.Make(new BorrowingOptions { Most = ofAll }, Facts([Want(5)], [], Offer(Class(most: ofClass))));
        Assert.Equal(asked, moves.Requests.Length);
        Assert.Equal(reason, Assert.Single(moves.Refusals).Reason);
    }

    [Fact]
    public void WhatIsBeingEndedCountsUntilItIsGone() => Assert.Empty(BorrowingPlan.Make(
        options, Facts([Want()], [Device("a", BorrowStage.Ending, of: Class(most: 1))], Offer(Class(most: 1)))).Requests);

    [Theory]
    [InlineData(BorrowStage.Queued)]
    [InlineData(BorrowStage.Starting)]
    [InlineData(BorrowStage.Idle)]
    public void WhatIsOnItsWayIsNotAskedForAgain(BorrowStage stage)
    {
        var moves = BorrowingPlan.Make(options, Facts([Want()], [Device("a", stage)], Offer(Class())));
        Assert.Empty(moves.Requests);
        Assert.Empty(moves.Releases);
    }

    [Fact]
    public void ADeviceInUseIsNeitherSupplyNorGivenBack()
    {
        var moves = BorrowingPlan.Make(options, Facts([Want()], [Device("a", BorrowStage.InUse, age: 5000)], Offer(Class())));
        Assert.Single(moves.Requests);
        Assert.Empty(moves.Releases);
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    public void AnIdleDeviceGoesBackAfterItsTime(double idle, bool goesBack)
    {
        var releases = BorrowingPlan.Make(options, Facts([], [Device("a", BorrowStage.Idle, idle)], Offer(Class()))).Releases;
        Assert.Equal(goesBack ? [ReleaseCause.Idle] : [], releases.Select(r => r.Cause));
        if (goesBack) Assert.Equal("nobody has used it for 1 min; it is kept for 1 min", releases[0].Reason);
    }

    [Fact]
    public void AnIdleDeviceThatIsWantedGoesBackAllTheSame() => Assert.Equal(
        ReleaseCause.Idle, Assert.Single(BorrowingPlan.Make(options, Facts([Want()], [Device("a", BorrowStage.Idle, 60)])).Releases).Cause);

    [Fact]
    public void WhatWaitsAndIsNotWantedIsWithdrawnAtOnce() => Assert.Equal(
        ReleaseCause.Unwanted, Assert.Single(BorrowingPlan.Make(options, Facts([], [Device("a", BorrowStage.Queued)])).Releases).Cause);

    [Theory]
    [InlineData(59, 0, null)]
    [InlineData(60, 0, ReleaseCause.Unwanted)]
    [InlineData(60, 1, null)]
    [InlineData(69, 1, null)]
    [InlineData(70, 1, ReleaseCause.NeverCame)]
    public void AStartingDeviceIsWaitedForItsStartUpAndTheIdleTime(double age, int wants, ReleaseCause? cause)
    {
        var device = Device("a", BorrowStage.Starting, age, Class(startUp: 10));
        var releases = BorrowingPlan.Make(options, Facts([.. Enumerable.Repeat(Want(), wants)], [device])).Releases;
        Assert.Equal(cause is { } known ? [known] : [], releases.Select(r => r.Cause));
    }

    [Fact]
    public void WhatTheSchedulerMeansToStartTooLateIsWithdrawn()
    {
        var moves = BorrowingPlan.Make(options, Facts(
            [Want(usefulFor: 300)], [Device("a", BorrowStage.Queued, startsIn: 260), Device("b", BorrowStage.Queued, startsIn: 230)]));
        var release = Assert.Single(moves.Releases);
        Assert.Equal((Label("a"), ReleaseCause.TooLate), (release.Label, release.Cause));
        Assert.Contains("queue 4 min 20 s", release.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void WhoOffersMostIsServedFirst()
    {
        var moves = BorrowingPlan.Make(new BorrowingOptions { Most = 1 }, Facts(
            [Want(job: "cheap", price: .1), Want(job: "dear", price: .2)], [], Offer(Class())));
        Assert.Equal("dear", Assert.Single(moves.Requests).Job.Value);
        Assert.Equal("cheap", Assert.Single(moves.Refusals).Job.Value);
    }

    [Fact]
    public void ARefusedClassIsPassedOver()
    {
        var moves = BorrowingPlan.Make(options, Facts([Want()], [], Offer(Class("a"), refusal: "closed"), Offer(Class("b", price: .02))));
        Assert.Equal("b", Assert.Single(moves.Requests).Class.Name);
        Assert.Equal("closed", Assert.Single(moves.Refusals).Reason);
    }
}
