using AutoSelect.Contracts;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Planning;

public sealed class DeviceWantsTests
{
    private static readonly (JobId A, JobId B) jobs = (new("a"), new("b"));

    private static Demand Demand(JobId job, int most, double price = .1, DeviceKind? of = null) =>
        new() { Job = job, Least = 1, Most = most, Class = of, Price = price };

    private static DeviceStatus Own(string id, JobId? holder = null, DeviceKind kind = DeviceKind.Cpu) =>
        Registered(new DeviceId(id), kind, holder);

    [Fact]
    public void WhatAJobHoldsIsNotMissing() => Assert.Equal(
        [new DeviceWant(jobs.A, 2, null, .1, Start)],
        DeviceWants.Missing([Demand(jobs.A, 3)], [Own("n1-cpu0", jobs.A)], _ => Start));

    [Fact]
    public void OnesOwnFreeDevicesAreGrantedFirst() => Assert.Empty(
        DeviceWants.Missing([Demand(jobs.A, 2)], [Own("n1-cpu0", jobs.A), Own("n1-cpu1")], _ => null));

    [Fact]
    public void AFreeDeviceOfAnotherKindDoesNotHelp() => Assert.Equal(
        1, Assert.Single(DeviceWants.Missing([Demand(jobs.A, 1, of: DeviceKind.Cuda)], [Own("n1-cpu0")], _ => null)).Missing);

    [Fact]
    public void AFreeBorrowedDeviceIsThePlansToReckonWith() => Assert.Single(
        DeviceWants.Missing([Demand(jobs.A, 1)], [Registered(Label("r1"))], _ => null));

    [Fact]
    public void TheDearestComeFirstAndGetTheFreeOnes()
    {
        var wants = DeviceWants.Missing([Demand(jobs.A, 1, .1), Demand(jobs.B, 1, .2)], [Own("n1-cpu0")], _ => null);
        Assert.Equal(jobs.A, Assert.Single(wants).Job);
    }

    [Fact]
    public void WhatOneProviderHasOnItsWayIsNotAskedOfTheNext()
    {
        BorrowedDevice[] borrowed =
        [
            Device("queued", BorrowStage.Queued), Device("idle", BorrowStage.Idle, age: 60), Device("used", BorrowStage.InUse),
            Device("ending", BorrowStage.Ending),
        ];
        var facts = Facts([Want(4, "a"), Want(1, "b", kind: DeviceKind.Cuda)], borrowed, Offer(Class(most: 5)));
        var moves = BorrowingPlan.Make(new BorrowingOptions(), facts);
        Assert.Equal((1, 1), (moves.Requests.Length, moves.Releases.Length));
        // One waits and one is asked for; what is in use, ends or is given back serves nobody who lacks one.
        Assert.Equal(
            [("a", 2), ("b", 1)],
            DeviceWants.Less(facts.Wants, new BorrowingRound(facts.Borrowed, moves, [], [])).Select(w => (w.Job.Value, w.Missing)));
    }
}
