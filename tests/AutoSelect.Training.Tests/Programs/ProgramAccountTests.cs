using AutoSelect.Contracts;
using AutoSelect.Testing.Processes;
using AutoSelect.Training.Programs;

namespace AutoSelect.Training.Tests.Programs;

/// <summary>Programs that run as another account, which only root can make them do.</summary>
public sealed class ProgramAccountTests : IDisposable
{
    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly ProgramJob job = new();

    public void Dispose() => job.Dispose();

    [Fact]
    public void A_program_runs_as_the_account_trains_and_goes_on_and_can_touch_nothing_else()
    {
        RunAsNobody();
        var mine = Path.Combine(job.Folder, "mine");
        File.WriteAllText(mine, "secret");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(mine, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var first = job.Run($$"""
            set -e
            say '{"step":40,"accuracy":0.1}'
            ! cat '{{mine}}' && ! echo x > '{{job.Folder}}/new' && [ "$(id -un) $(id -G | wc -w)" = "nobody 1" ] && [ "$HOME" = "$PWD" ]
            save 40
            """, until: 40);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (first.End, first.Reason));
        var second = job.Run("""grep -q 'state 40' "$AUTOSELECT_RESUME_FROM/state" && save 100""", from: first.Checkpoint);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (second.End, second.Reason));
        Assert.Empty(Directory.GetFileSystemEntries(job.LocalFolder));
    }

    [Fact]
    public void A_program_cannot_put_a_link_where_the_device_process_works()
    {
        RunAsNobody();
        var report = job.Run($$"""
            mv "$AUTOSELECT_CHECKPOINTS" "$AUTOSELECT_CHECKPOINTS.away" && exit 9
            rm -f "$AUTOSELECT_REPORTS" && exit 9
            ln -s / "$AUTOSELECT_CHECKPOINTS/../more" && exit 9
            save 40; {{ProgramJob.UntilTakenOver("40")}}
            save 100
            """);
        Assert.Equal((SegmentEnd.BudgetReached, ""), (report.End, report.Reason));
        Assert.Equal([40, 100], job.Recorder.Checkpoints.Select(c => c.Step));
    }

    [Fact]
    public void The_kernel_allows_the_account_four_times_the_processes_of_a_program()
    {
        RunAsNobody();
        var report = job.Run("echo $(ulimit -Su) $(ulimit -Hu); exit 3", processes: 1000);
        Assert.EndsWith("4000 4000", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_program_handed_over_is_removed_with_its_rights_alone()
    {
        RunAsNobody();
        using var workspace = new ProgramWorkspace(new ProgramPlace(job.LocalFolder, job.Account));
        var own = Directory.CreateDirectory(Path.Combine(workspace.Checkpoints, "own")).FullName;
        workspace.HandOver();
        var roots = Directory.CreateDirectory(Path.Combine(workspace.Checkpoints, "roots", "file")).Parent!.FullName;
        workspace.Remove(own);
        workspace.Remove(roots);
        Assert.False(Directory.Exists(own));
        Assert.True(Directory.Exists(Path.Combine(roots, "file")));
    }

    [Fact]
    public void An_account_that_is_none_is_refused()
    {
        var refused = Assert.Throws<ArgumentException>(() => ProgramAccount.Find("no-such-account"));
        Assert.Equal("AUTOSELECT_PROGRAM_ACCOUNT is 'no-such-account': it must be an account of this machine.", refused.Message);
    }

    private void RunAsNobody()
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(job.Folder, Open);
        if (OtherAccount.Hindrance(job.Folder) is { } why) Assert.Skip(why);
        job.Account = ProgramAccount.Find("nobody");
    }
}
