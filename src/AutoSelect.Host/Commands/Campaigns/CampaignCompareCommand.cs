using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Replay;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands.Campaigns;

/// <summary>
/// <c>autoselect campaigns compare</c>: what the same search would have come to with ASHA and with the baseline alone, by the curves that a
/// campaign has recorded.
/// </summary>
internal static class CampaignCompareCommand
{
    public static Command Create(CommandTree tree)
    {
        var name = new Argument<string>("CAMPAIGN")
        {
            Description = "A campaign of the store whose jobs trained every candidate to its end, as with policy: exhaustive.",
        };
        var jobs = Number("--jobs", "Points of each simulated campaign.", 30);
        var campaigns = Number("--campaigns", "Simulated campaigns.", 34);
        var devices = Number("--devices", "Devices of each.", 2);
        var search = new Option<string>("--search")
        {
            Description = "How points are chosen: random, quasi-random or tpe.",
            HelpName = "KIND",
            DefaultValueFactory = _ => "quasi-random",
        };
        var seed = new Option<long>("--seed") { Description = "Seed of all random numbers.", DefaultValueFactory = _ => 1 };
        const string Summary =
            "Simulates the same search with learning, without it, with ASHA and with the baseline alone, over what a campaign recorded.";
        return tree.Bind(new Command("compare", Summary) { name, jobs, campaigns, devices, search, seed }, async (parsed, input) =>
        {
            var (wanted, kind) = (parsed.GetValue(name)!, Kind(parsed.GetValue(search)!));
            var recorded = CampaignDifferenceCommands.Find(input.Store, wanted);
            var records = new Dictionary<JobId, JobRecord>();
            foreach (var job in recorded.Points.Where(p => p.Result?.Phase == JobPhase.Completed).Select(p => p.Job!.Value))
                records[job] = await tree.Surroundings.Find(input, job.Value);
            var options = new CampaignReplayOptions
            {
                Jobs = parsed.Within(jobs, 2, 10_000),
                Devices = parsed.Within(devices, 1, 1000),
                Search = kind,
                Seed = parsed.GetValue(seed),
                Stop = recorded.Spec.Stop ?? new StopRule(),
                Rule = recorded.Spec.Learning ?? new LearningRule(),
            };
            try
            {
                var grid = new RecordedGrid(recorded, records);
                if (!grid.LeftOut.IsEmpty)
                    tree.Surroundings.Terminal.Error.WriteLine($"Left out, since {grid.Baseline.Name} failed there before its first value: "
                        + $"point {string.Join(", ", grid.LeftOut.Select(p => p + 1))}.");
                var replay = new SearchReplay(grid, options);
                var runs = Enumerable.Range(0, parsed.Within(campaigns, 1, 10_000)).Select(replay.Run).ToList();
                Write(tree.Surroundings.Terminal.Output, input.Json, grid, options, SearchComparison.All(runs), runs.Count);
            }
            catch (ArgumentException e)
            {
                throw new CommandFault(ExitCodes.BadInput, e.Message.Split(" (Parameter")[0]);
            }
            return ExitCodes.ObjectiveMet;
        });
    }

    private static Option<int> Number(string name, string summary, int fallback) =>
        new(name) { Description = summary, HelpName = "N", DefaultValueFactory = _ => fallback };

    /// <summary>A grid of what was recorded has one order, and so would be one campaign however often it is simulated.</summary>
    private static SearchKind Kind(string text) => SearchKinds.Find(text) is { } kind and not SearchKind.Grid ? kind
        : throw new CommandFault(ExitCodes.BadInput, $"--search is '{text}': it must be one of random, quasi-random, tpe.");

    private static void Write(TextWriter output, bool isJson, RecordedGrid grid, CampaignReplayOptions options,
        ImmutableArray<SearchComparison> searches, int campaigns)
    {
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(searches, RecordJson.Indented));
            return;
        }
        output.WriteLine($"Simulated on recorded curves; seconds are virtual. {Wording.Count(grid.Count, "point")} and "
            + $"{Wording.Count(grid.Arms.Length, "candidate")} were recorded; the baseline is {grid.Baseline.Name}. "
            + $"{Wording.Count(campaigns, "campaign")} of {Wording.Count(options.Jobs, "job")}, "
            + $"{Wording.Count(options.Devices, "device")}.");
        TextTable.Write(output,
            ["search", "device time", "best value", "to its best", "AutoSelect to one as good is ahead", "it to AutoSelect's best takes"],
            searches.Select(s => (string[])
            [
                s.Name, Wording.Duration(s.DeviceSeconds), Wording.Number(s.Best, 4), Wording.Duration(s.SecondsToBest),
                Times(s.Ahead, s.AheadInterval, s.Missed), Times(s.Behind, s.BehindInterval, s.NeverAsGood),
            ]));
        output.WriteLine(
            "Device time to the best value over device time to one as good, as a geometric mean, with its interval of 90 %;");
        output.WriteLine(
            "in parentheses how often that was never found, which counts as twice the whole search, or twice the time in which the other "
            + "found it where that is longer. Means over campaigns.");
    }

    private static string Times(double value, double[]? interval, int never) =>
        $"{CampaignDifferenceCommands.Interval(value, interval)}x" + (never > 0 ? $" ({never} never)" : "");
}
