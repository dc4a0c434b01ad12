using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Device.Tests;

/// <summary>When a process ends because nobody is there for it, and what bounds that end.</summary>
public sealed class OrphanWatchTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Check = TimeSpan.FromSeconds(.25);

    private readonly FakeTimeProvider time = new();
    private readonly StringWriter log = new();
    private readonly ProcessEnd end;
    private int kills;

    public OrphanWatchTests() => end = new ProcessEnd(time, log, () => kills++);

    public void Dispose()
    {
        end.Dispose();
        log.Dispose();
    }

    /// <summary>Time in which this process runs, and so looks.</summary>
    private void Pass(TimeSpan span)
    {
        for (var left = span; left > TimeSpan.Zero; left -= Check) time.Advance(Check);
    }

    [Fact]
    public void A_device_that_never_reaches_its_control_side_ends_at_its_grace()
    {
        using var watch = new OrphanWatch(Grace, parent: null, end, time);

        Pass(Grace);
        Assert.Equal(0, kills);
        time.Advance(Check);

        Assert.Equal(1, kills);
        Assert.Contains("no control side has been reached in 10 s", log.ToString());
    }

    [Fact]
    public void A_device_whose_parent_lives_tries_for_longer_than_a_short_grace()
    {
        using var watch = new OrphanWatch(Grace, new ParentProcess(Environment.ProcessId), end, time);

        Pass(OrphanWatch.DefaultGrace);
        Assert.Equal(0, kills);
        Pass(Check);

        Assert.Equal(1, kills);
    }

    [Fact]
    public void Each_answer_begins_the_grace_anew_and_silence_asks_for_an_orderly_end_that_is_bounded()
    {
        using var watch = new OrphanWatch(longest: null, parent: null, end, time);
        watch.Registered(Grace);
        for (var i = 0; i < 5; i++)
        {
            Pass(Grace);
            watch.Heard();
        }
        Assert.False(end.Requested.IsCancellationRequested);

        Pass(Grace + Check);

        Assert.True(end.Requested.IsCancellationRequested && end.IsOrphaned);
        Assert.Equal(0, kills);
        // A training thread that hangs never writes its checkpoint.
        time.Advance(ProcessEnd.Patience);
        Assert.Equal(1, kills);
    }

    [Theory]
    [InlineData(null, 90, 90)]
    [InlineData(20.0, 90, 20)]
    [InlineData(20.0, 5, 5)]
    public void The_control_side_sets_the_grace_up_to_what_the_process_was_started_with(double? longest, double given, double borne)
    {
        using var watch = new OrphanWatch(longest is { } most ? TimeSpan.FromSeconds(most) : null, parent: null, end, time);
        watch.Registered(TimeSpan.FromSeconds(given));

        Pass(TimeSpan.FromSeconds(borne));
        Assert.False(end.Requested.IsCancellationRequested);
        time.Advance(Check);
        Assert.True(end.Requested.IsCancellationRequested);
    }

    [Fact]
    public void Time_in_which_the_process_was_itself_stopped_is_no_silence()
    {
        using var watch = new OrphanWatch(longest: null, parent: null, end, time);
        watch.Registered(Grace);

        time.Advance(TimeSpan.FromHours(1));
        Assert.False(end.Requested.IsCancellationRequested);
        Pass(Grace + Check);

        Assert.True(end.Requested.IsCancellationRequested);
    }

    [Fact]
    public async Task The_end_of_the_parent_ends_a_device_at_once_only_before_it_was_registered()
    {
        using var sleeper = Process.Start("sleep", "100");
        var parent = new ParentProcess(sleeper.Id);
        using var fresh = new OrphanWatch(Grace, parent, end, time);
        using var otherEnd = new ProcessEnd(time, TextWriter.Null, () => Assert.Fail("a registered device trains on"));
        using var registered = new OrphanWatch(longest: null, parent, otherEnd, time);
        registered.Registered(Grace);
        time.Advance(Check);
        Assert.Equal(0, kills);

        sleeper.Kill();
        await sleeper.WaitForExitAsync(TestContext.Current.CancellationToken);
        time.Advance(Check);

        Assert.Equal(1, kills);
        Assert.False(otherEnd.Requested.IsCancellationRequested);
    }

    [Fact]
    public async Task A_parent_that_ended_is_gone_also_while_nobody_has_asked_for_its_exit_status()
    {
        // sleep never asks for the status of the child it was given by the shell.
        const string script = "exec 3<&0; head -n1 <&3 & echo $! >&2; exec sleep 100 > /dev/null 2>&1 < /dev/null";
        using var negligent = Process.Start(new ProcessStartInfo("sh", ["-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var child = new ParentProcess(int.Parse((await negligent.StandardError.ReadLineAsync(TestContext.Current.CancellationToken))!));
        Assert.False(child.IsGone);

        await negligent.StandardInput.WriteLineAsync("end");
        await negligent.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        while (!child.IsGone) await Task.Delay(5, TestContext.Current.CancellationToken);

        Assert.Contains(") Z ", await File.ReadAllTextAsync($"/proc/{child.Id}/stat", TestContext.Current.CancellationToken));
        negligent.Kill();
    }

    [Fact]
    public void Only_the_first_request_counts()
    {
        end.Request("SIGTERM", isOrphaned: false);
        end.Request("no control side", isOrphaned: true);

        Assert.False(end.IsOrphaned);
        Assert.DoesNotContain("no control side", log.ToString());
    }
}
