using System.Security.Cryptography;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Training.Tests;

public sealed class StorageFaultTests : TrainingTest
{
    [Fact]
    public void A_full_disk_ends_the_segment_and_leaves_the_previous_checkpoint_intact()
    {
        var mounted = Path.Combine(Folder, "disk");
        using var disk = SmallDisk.Mount(mounted, megabytes: 1);
        if (disk is null) Assert.Skip("A small disk can be mounted by root only.");
        using var trainer = NewTrainer();
        var first = trainer.Train(Assignment(50, folder: mounted), new Recorder());
        var before = StateOf(first.Checkpoint!);
        disk.Fill();

        var failed = trainer.Train(Assignment(100, first.Checkpoint, folder: mounted), new Recorder());
        Assert.Equal(SegmentEnd.StorageFailed, failed.End);
        Assert.Contains("could not be written", failed.Reason);
        Assert.Contains(mounted, failed.Reason);
        Assert.Equal(first.Checkpoint, failed.Checkpoint);
        Assert.Equal(before, StateOf(first.Checkpoint!));
        Assert.Empty(Directory.EnumerateFiles(mounted, "*.tmp"));

        disk.Free();
        var resumed = trainer.Train(Assignment(100, first.Checkpoint, folder: mounted), new Recorder());
        Assert.Equal(SegmentEnd.BudgetReached, resumed.End);
        var whole = trainer.Train(Assignment(100, trial: "t02"), new Recorder());
        Assert.Equal(StateOf(whole.Checkpoint!), StateOf(resumed.Checkpoint!));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_ends_the_segment_with_its_name()
    {
        // A file where the folder should be is refused to root too, unlike a read-only folder.
        var blocked = Path.Combine(Folder, "file");
        File.WriteAllText(blocked, "");
        using var trainer = NewTrainer();
        var report = trainer.Train(Assignment(10, folder: blocked), new Recorder());
        Assert.Equal(SegmentEnd.StorageFailed, report.End);
        Assert.Contains(blocked, report.Reason);
        Assert.Null(report.Checkpoint);
    }

    [Fact]
    public void A_read_only_file_system_ends_the_segment_and_leaves_the_previous_checkpoint_intact()
    {
        var mounted = Path.Combine(Folder, "disk");
        using var disk = SmallDisk.Mount(mounted, megabytes: 4);
        if (disk is null) Assert.Skip("A small disk can be mounted by root only.");
        using var trainer = NewTrainer();
        var first = trainer.Train(Assignment(50, folder: mounted), new Recorder());
        using (var remount = System.Diagnostics.Process.Start("mount", ["-o", "remount,ro", mounted])) remount.WaitForExit();
        var failed = trainer.Train(Assignment(100, first.Checkpoint, folder: mounted), new Recorder());
        Assert.Equal(SegmentEnd.StorageFailed, failed.End);
        Assert.Contains("Read-only file system", failed.Reason);
        Assert.True(File.Exists(first.Checkpoint!.Uri));
    }

    [Fact]
    public void A_corrupt_checkpoint_ends_the_segment_without_blame_and_is_named()
    {
        using var trainer = NewTrainer();
        var first = trainer.Train(Assignment(50), new Recorder());
        var bytes = File.ReadAllBytes(first.Checkpoint!.Uri);
        bytes[^3] ^= 1;
        File.WriteAllBytes(first.Checkpoint.Uri, bytes);
        using var other = NewTrainer();
        var report = other.Train(Assignment(100, first.Checkpoint), new Recorder());
        Assert.Equal(SegmentEnd.CheckpointUnusable, report.End);
        Assert.Contains(first.Checkpoint.Uri, report.Reason);
        Assert.Contains("corrupt", report.Reason);
    }

    [Fact]
    public void A_checkpoint_that_is_whole_but_not_the_one_that_was_written_ends_the_segment()
    {
        using var trainer = NewTrainer();
        var first = trainer.Train(Assignment(50), new Recorder()).Checkpoint!;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(first.Uri))), first.Sha256);
        using var another = NewTrainer();
        var second = another.Train(Assignment(50, learningRate: .01, trial: "t02"), new Recorder()).Checkpoint!;
        File.Copy(second.Uri, first.Uri, overwrite: true);
        using var other = NewTrainer();
        var report = other.Train(Assignment(100, first), new Recorder());
        Assert.Equal(SegmentEnd.CheckpointUnusable, report.End);
        Assert.Contains("SHA-256", report.Reason);
    }

    [Fact]
    public void A_checkpoint_of_another_candidate_is_refused()
    {
        using var trainer = NewTrainer();
        var first = trainer.Train(Assignment(50), new Recorder());
        using var other = NewTrainer();
        var report = other.Train(Assignment(100, first.Checkpoint, batchSize: 64), new Recorder());
        Assert.Equal(SegmentEnd.Failed, report.End);
        Assert.Contains("another seed or batch size", report.Reason);
    }

    [Fact]
    public void The_previous_checkpoint_goes_when_a_newer_one_is_stored()
    {
        using var trainer = NewTrainer();
        var first = trainer.Train(Assignment(50), new Recorder());
        var second = trainer.Train(Assignment(100, first.Checkpoint, token: 2), new Recorder());
        Assert.EndsWith("000000100-2.safetensors", second.Checkpoint!.Uri);
        Assert.Equal([second.Checkpoint.Uri], Directory.EnumerateFiles(Path.Combine(Folder, "t01")));
    }

    [Fact]
    public void A_checkpoint_that_the_control_side_still_needs_stays()
    {
        using var trainer = NewTrainer();
        var first = trainer.Train(Assignment(50), new Recorder());
        var recorder = new Recorder { StoredCheckpointStep = 50 };
        var second = trainer.Train(Assignment(53, first.Checkpoint, checkpointEvery: 0), recorder);
        Assert.True(recorder.Checkpoints.Count >= 3);
        Assert.True(File.Exists(first.Checkpoint!.Uri));
        Assert.True(File.Exists(second.Checkpoint!.Uri));
    }
}
