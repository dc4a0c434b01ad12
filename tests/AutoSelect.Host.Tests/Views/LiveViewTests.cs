using AutoSelect.Host.Control;
using AutoSelect.Host.Views;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace AutoSelect.Host.Tests;

public class LiveViewTests
{
    [Fact]
    public async Task What_is_overtaken_within_a_fifth_of_a_second_is_not_drawn_and_the_last_picture_always_is()
    {
        var (output, time) = (new StringWriter(), new FakeTimeProvider());
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(output),
        });
        (console.Profile.Width, console.Profile.Height) = (160, 40);
        await new LiveView(console, time).Run(show =>
        {
            show(new JobUpdate(SampleJob.Submitted, SampleJob.Submitted.Events));
            show(new JobUpdate(SampleJob.Probed.Record with { Notice = "drawn by the clock" }, []));
            time.Advance(LiveView.Interval);
            foreach (var i in Enumerable.Range(0, 1000))
                show(new JobUpdate(SampleJob.Probed.Record with { Notice = $"overtaken {i}" }, []));
            show(new JobUpdate(SampleJob.Completed, []));
            return Task.CompletedTask;
        });
        var drawn = output.ToString();
        Assert.Contains("drawn by the clock", drawn);
        Assert.DoesNotContain("overtaken", drawn);
        Assert.Contains("completed", drawn);
    }
}
