using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

public sealed class JobStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SimulatedTraining training = new();

    public void Dispose() => folder.Dispose();

    private JobRecord Record(string id = "job") =>
        JobTransitions.Create(new JobId(id), SimulatedJobs.BestAtHorizon("a", "b"), folder[id], DateTimeOffset.UnixEpoch);

    private (TrialId, CurvePoint) Point(long step) => (TrialId.At(0), training.Point(SimulatedJobs.Candidate("a"), step));

    [Fact]
    public async Task What_was_saved_is_read_back_by_another_store()
    {
        await using (var store = new JobStore(folder["store.db"]))
        {
            await store.Save(Record(), [Point(1), Point(2)]);
        }
        var read = new JobStoreReader(folder["store.db"]).Find(new JobId("job"))!;
        Assert.Equal([1, 2], read.Trials[0].Curve.Select(p => p.Step));
        Assert.Equal(training.Point(SimulatedJobs.Candidate("a"), 2), read.Trials[0].Curve[1]);
    }

    [Fact]
    public async Task A_point_that_comes_twice_is_stored_once_and_as_it_was_first()
    {
        await using var store = new JobStore(folder["store.db"]);
        await store.Save(Record(), [Point(1)]);
        var (trial, point) = Point(1);
        await store.Save(Record(), [(trial, point with { Value = 77 })]);
        Assert.Equal(point, Assert.Single(store.Reader.Find(new JobId("job"))!.Trials[0].Curve));
    }

    [Fact]
    public async Task Epochs_grow_over_restarts()
    {
        long first;
        await using (var store = new JobStore(folder["store.db"])) first = await store.NextEpoch();
        await using var again = new JobStore(folder["store.db"]);
        Assert.Equal(first + 1, await again.NextEpoch());
    }

    [Fact]
    public async Task Values_that_are_not_finite_survive()
    {
        await using var store = new JobStore(folder["store.db"]);
        var (trial, point) = Point(1);
        await store.Save(Record(), [(trial, point with { Value = double.NaN, TrainingLoss = double.PositiveInfinity })]);
        var read = store.Reader.Find(new JobId("job"))!.Trials[0].Curve[0];
        Assert.True(double.IsNaN(read.Value));
        Assert.True(double.IsPositiveInfinity(read.TrainingLoss));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_gives_a_clear_error()
    {
        File.WriteAllText(folder["file"], "not a folder");
        var error = Assert.Throws<StoreUnavailableException>(() => new JobStore(Path.Combine(folder["file"], "store.db")));
        Assert.Contains(folder["file"], error.Message);
    }

    [Fact]
    public async Task A_full_disk_refuses_the_write_and_keeps_what_was_there()
    {
        using var disk = SmallDisk.Mount(folder["disk"], megabytes: 1);
        if (disk is null) Assert.Skip("a small file system cannot be mounted here (needs root and tmpfs)");
        await using var store = new JobStore(Path.Combine(folder["disk"], "store.db"));
        await store.Save(Record(), [Point(1)]);
        disk.Fill();

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            for (var step = 2; step < 5000; step++) await store.Save(Record(), [Point(step)]);
        });

        Assert.Contains("disk", error.Message);
        disk.Free();
        Assert.Equal(1, store.Reader.Find(new JobId("job"))!.Trials[0].Curve[0].Step);
        await store.Save(Record(), [Point(9999)]);
        Assert.Equal(9999, store.Reader.Find(new JobId("job"))!.Trials[0].Curve[^1].Step);
    }
}
