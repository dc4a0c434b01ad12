using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.JobFiles;
using AutoSelect.Host.Views;
using AutoSelect.Selection;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect replay FILE</c></summary>
internal static class ReplayCommand
{
    public static Command Create(CommandTree tree)
    {
        var file = new Argument<string>("FILE") { Description = "A recording: .jsonl or .jsonl.gz, as export writes it." };
        var policy = new Option<string>("--policy") { Description = $"Selection policy: {string.Join(", ", PolicyCatalogue.Names)}.", DefaultValueFactory = _ => "regret" };
        var devices = new Option<int>("--devices") { Description = "Devices side by side.", DefaultValueFactory = _ => 2 };
        var seed = new Option<long>("--seed") { Description = "Seed of the policy's random numbers.", DefaultValueFactory = _ => 1 };
        policy.AcceptOnlyFromAmong([.. PolicyCatalogue.Names]);
        return tree.Bind(new Command("replay", "Simulates jobs on recorded learning curves in virtual time, one a problem.") { file, policy, devices, seed }, (parsed, input) =>
        {
            if (parsed.GetValue(devices) is < 1 and var count) throw new CommandFault(ExitCodes.BadInput, $"--devices is '{count}': it must be an integer of at least 1.");
            var chosen = PolicyCatalogue.Get(parsed.GetValue(policy)!);
            var replays = Read(parsed.GetValue(file)!).GroupBy(c => c.Problem)
                .Select(g => (Problem: g.Key, Outcome: Simulate([.. g], chosen, parsed.GetValue(devices), parsed.GetValue(seed)))).ToList();
            var output = tree.Surroundings.Terminal.Output;
            if (input.Json) output.WriteLine(JsonSerializer.Serialize(replays.Select(r => new { r.Problem, r.Outcome }), RecordJson.Indented));
            else Write(output, replays);
            return Task.FromResult(ExitCodes.ObjectiveMet);
        });
    }

    private static ImmutableArray<RecordedCurve> Read(string path)
    {
        try
        {
            return RecordedCurves.Read(path) is { Length: > 0 } curves ? curves : throw new CommandFault(ExitCodes.BadInput, $"{path}: no curve: a recording has at least one.");
        }
        catch (InvalidDataException fault)
        {
            throw new CommandFault(ExitCodes.BadInput, fault.Message);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFault(ExitCodes.BadInput, $"{path}: no such file.");
        }
    }

    private static SimulatedOutcome Simulate(ImmutableArray<RecordedCurve> curves, ISelectionPolicy policy, int devices, long seed) =>
        SimulatedJob.Run(curves, policy, SimulatedConditions.For(curves, devices) with { Seed = seed });

    private static void Write(TextWriter output, List<(string Problem, SimulatedOutcome Outcome)> replays)
    {
        output.WriteLine("Simulated on recorded curves; seconds are virtual.");
        TextTable.Write(output, ["problem", "chosen", "to target", "value", "probe", "oracle", "oracle's", "baseline's", "slowdown"], replays.Select(r => new[]
        {
            r.Problem, r.Outcome.Winner ?? "none", Time(r.Outcome.SecondsToTarget), r.Outcome.Value is { } value ? Figures.Value(value) : "–", Quantities.Time(r.Outcome.ProbeSeconds),
            r.Outcome.Reference.Oracle ?? "none", Time(r.Outcome.Reference.OracleSeconds), Time(r.Outcome.Reference.BaselineSeconds), r.Outcome.Slowdown is { } s ? $"{Figures.Value(s)}" : "–",
        }));
    }

    private static string Time(double? seconds) => seconds is { } s ? Quantities.Time(s) : "–";
}
