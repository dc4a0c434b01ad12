using AutoSelect.Contracts;
using AutoSelect.Testing;
using AutoSelect.Training.Programs;

namespace AutoSelect.Training.Tests.Programs;

/// <summary>A file system that fills, by programs or by others.</summary>
public sealed class ProgramSpaceTests : IDisposable
{
    private static readonly FileSystemSpace Plenty = new(1L << 40, 1L << 41);

    private readonly ProgramJob job = new();

    public void Dispose() => job.Dispose();

    [Theory]
    [InlineData(1L << 40, 1L << 41, false)]
    [InlineData(256L << 20, 1L << 41, false)]
    [InlineData((256L << 20) - 1, 1L << 41, true)]
    [InlineData(5L << 20, 100L << 20, false)]
    [InlineData((5L << 20) - 1, 100L << 20, true)]
    public void Of_a_large_one_256_MiB_are_kept_and_of_a_small_one_a_twentieth(long free, long all, bool isShort) =>
        Assert.Equal(isShort, new FileSystemSpace(free, all).IsShort);

    [Fact]
    public void A_program_with_more_than_is_left_is_ended_and_goes_on_from_its_checkpoint_when_there_is_space()
    {
        var isFull = false;
        job.Space = _ => Volatile.Read(ref isFull) ? Plenty with { FreeBytes = 4000 } : Plenty;
        job.OnPoint(_ => Volatile.Write(ref isFull, true));
        var ended = job.Run("""
            save 10; head -c 5000 /dev/zero > large; say '{"step":20,"accuracy":0.2}'; order
            """);
        Assert.Equal((SegmentEnd.StorageFailed, 10), (ended.End, ended.Checkpoint?.Step));
        Assert.StartsWith("The program was ended: its folders hold 50", ended.Reason, StringComparison.Ordinal);
        Assert.Contains("has 4000 bytes left, and 268435456 are to be kept. What was stored before is intact; free space", ended.Reason);
        Assert.Empty(Directory.GetFileSystemEntries(job.LocalFolder));
        isFull = false;
        var after = job.Run("""grep -q 'state 10' "$AUTOSELECT_RESUME_FROM/state" && save 100""", from: ended.Checkpoint);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (after.End, after.Reason));
    }

    [Fact]
    public void A_program_that_has_less_than_is_left_goes_on()
    {
        var looks = 0;
        job.Space = _ =>
        {
            // Ten times .1 s: its folders are looked at meanwhile, and at once when the first reading is short.
            if (++looks == 10) File.WriteAllText(Path.Combine(job.Folder, "looked"), "");
            return Plenty with { FreeBytes = 4000 };
        };
        var report = job.Run("""
            head -c 3000 /dev/zero > small; until [ -e "$(dirname "$0")/looked" ]; do sleep 0.05; done; save 100
            """);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (report.End, report.Reason));
    }

    [Fact]
    public void One_that_fails_where_nothing_is_left_has_not_failed_by_itself()
    {
        job.Space = _ => Plenty with { FreeBytes = 0 };
        var report = job.Run("echo No space left on device >&2; exit 1");
        Assert.Equal(SegmentEnd.StorageFailed, report.End);
        Assert.StartsWith("The program ended with exit code 1 after step 0 of 100. The file system of its folder ", report.Reason,
            StringComparison.Ordinal);
        Assert.EndsWith("Its last output:\nNo space left on device", report.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("head -c 24500000 /dev/zero > large; order")]
    [InlineData("head -c 40000000 /dev/zero > large || exit 1")]
    public void One_that_fills_a_real_disk_makes_room_again(string script)
    {
        using var disk = SmallDisk.Mount(job.LocalFolder, megabytes: 24);
        if (disk is null) Assert.Skip("a small file system cannot be mounted here (needs root and tmpfs)");
        var full = job.Run($"save 10; {ProgramJob.UntilTakenOver("10")}; {script}");
        Assert.Equal((SegmentEnd.StorageFailed, 10), (full.End, full.Checkpoint?.Step));
        Assert.Contains("bytes left, and 1258291 are to be kept", full.Reason);
        var after = job.Run("head -c 1000000 /dev/zero > small && save 100", from: full.Checkpoint);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (after.End, after.Reason));
    }
}
