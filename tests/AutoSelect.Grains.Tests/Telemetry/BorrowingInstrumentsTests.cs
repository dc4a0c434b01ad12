using AutoSelect.Contracts;

namespace AutoSelect.Grains.Tests.Telemetry;

[Collection("Telemetry")]
public sealed class BorrowingInstrumentsTests
{
    private static readonly DeviceOrigin spare = new("campus", "spare", .01), dear = new("cloud", "dear", .05);

    [Fact]
    public void Borrowed_devices_idle_seconds_requests_and_ends_are_told_by_provider_and_class()
    {
        using var telemetry = new AutoSelectTelemetry(TimeProvider.System);
        using var reading = new GaugeReading(telemetry, "autoselect.borrowed.");

        telemetry.Borrowing.Holds([Lent(spare, BorrowStage.Idle), Lent(spare, BorrowStage.Idle), Lent(dear, BorrowStage.Queued)], 2.5);
        telemetry.Borrowing.Requested(spare, isRefused: false);
        telemetry.Borrowing.Requested(dear, isRefused: true);
        telemetry.Borrowing.Ended(spare, "Preempted");

        Assert.Equal(
        [
            "idle provider=campus class=spare 2.5", "idle provider=campus class=spare 2.5",
            "requests provider=campus class=spare outcome=sent 1", "requests provider=cloud class=dear outcome=refused 1",
            "ends provider=campus class=spare reason=Preempted 1", "devices provider=campus class=spare stage=Idle 2",
            "devices provider=cloud class=dear stage=Queued 1",
        ], reading.Read());

        telemetry.Borrowing.Holds([], 0);
        Assert.Empty(reading.Read());
    }

    private static LentDevice Lent(DeviceOrigin from, BorrowStage stage) => new()
    {
        Device = new DeviceId("any"),
        Kind = DeviceKind.Cpu,
        Origin = from,
        Stage = stage,
        Since = default,
    };
}
