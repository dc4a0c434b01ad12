using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Views;

namespace AutoSelect.Host.Tests;

public class JsonViewTests
{
    [Fact]
    public async Task Every_line_is_an_object_with_its_event_and_the_last_one_is_the_summary()
    {
        var lines = await Lines(SampleJob.Whole, new Conclusion { ExitCode = 0, Report = "report.html" });
        Assert.Equal(
            ["job", "rung", "decision", "decision", "segment-started", "segment-started", "segment-ended", "point", "segment-ended", "rung",
                "decision", "decision", "commit", "segment-started", "point", "segment-ended", "outcome", "summary"],
            lines.Select(l => l.GetProperty("event").GetString()));
        Assert.All(lines, l => Assert.Equal("toy", l.GetProperty("job").GetString()));
        var summary = lines[^1];
        Assert.Equal(0, summary.GetProperty("exitCode").GetInt32());
        Assert.Equal("Completed", summary.GetProperty("phase").GetString());
        Assert.Equal("nadamw-b64", summary.GetProperty("candidate").GetString());
        Assert.Equal(0.9034, summary.GetProperty("value").GetDouble());
    }

    [Fact]
    public async Task Every_line_of_an_event_has_its_number()
    {
        var lines = await Lines(SampleJob.Whole, new Conclusion { ExitCode = 0 });
        var numbers = lines.Select(l => l.GetProperty("number").GetInt64()).ToList();
        Assert.Equal(numbers.Order(), numbers);
        Assert.Equal((1, SampleJob.Completed.Events.Length), (numbers[0], numbers[^1]));
        var commit = lines.Single(l => l.GetProperty("event").GetString() == "commit");
        Assert.IsType<JobDecided>(SampleJob.Completed.Events[commit.GetProperty("number").GetInt32() - 1].Change);
    }

    [Fact]
    public async Task A_decision_carries_its_numbers_infinities_included()
    {
        var lines = await Lines([SampleJob.Committed], new Conclusion { ExitCode = 4 });
        var stop = lines.Single(l => l.TryGetProperty("decision", out var kind) && kind.GetString() == "Stop");
        Assert.Equal("Infinity", stop.GetProperty("numbers").GetProperty("seconds").GetString());
        Assert.Equal("t02", stop.GetProperty("trial").GetString());
    }

    [Fact]
    public async Task Values_that_are_no_numbers_still_parse() =>
        Assert.NotEmpty(await Lines([SampleJob.Failed], new Conclusion { ExitCode = 3 }));

    private static async Task<List<JsonElement>> Lines(IEnumerable<SampleStory> stories, Conclusion conclusion)
    {
        var output = new StringWriter { NewLine = "\n" };
        var view = new JsonView(output);
        JobRecord? last = null;
        await view.Run(show =>
        {
            foreach (var update in SampleStory.Updates(stories))
            {
                last = update.Record;
                show(update);
            }
            return Task.CompletedTask;
        });
        view.Conclude(last!, conclusion);
        return [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
