using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay.Forecasts;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect forecast SUITE</c></summary>
internal static class ForecastCommand
{
    public static Command Create(CommandTree tree)
    {
        var file = new Argument<string>("SUITE") { Description = "Recorded learning curves: .jsonl or .jsonl.gz." };
        var cuts = new Option<string>("--cuts")
        {
            Description = "Fractions of the announced horizon that are seen, above 0 and below 1.",
            DefaultValueFactory = _ => "0.05,0.1,0.2,0.4,0.8",
        };
        var history = new Option<string[]>("--history")
        {
            Description = "Finished curves to learn from; a curve's own family is left out.",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        var model = new Option<string>("--model")
        {
            Description = $"Forecasting model: {string.Join(", ", ForecastModels.Names)}.",
            DefaultValueFactory = _ => ForecastModels.Default,
        };
        var json = new Option<string?>("--json")
        {
            Description = "Write the figures as JSON, to FILE or else instead of the text.",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        model.AcceptOnlyFromAmong([.. ForecastModels.Names]);
        var command = new Command("forecast", "Forecasts final values of recorded curves from their beginnings, and scores the forecasts.")
        {
            file,
            cuts,
            history,
            model,
            json,
        };
        return tree.Bind(command, (parsed, _) =>
        {
            var fractions = Fractions(parsed.GetValue(cuts)!);
            var suite = ReplayCommand.Read(parsed.GetValue(file)!);
            var known = (parsed.GetValue(history) ?? []).SelectMany(path => ReplayCommand.Read(path)).ToImmutableArray();
            var report = ForecastReplay.Run(suite, known, fractions, parsed.GetValue(model)!);
            var output = tree.Surroundings.Terminal.Output;
            if (parsed.GetValue(json) is { } path) File.WriteAllText(path, JsonSerializer.Serialize(report, RecordJson.Indented) + "\n");
            else if (parsed.GetResult(json) is not null) output.WriteLine(JsonSerializer.Serialize(report, RecordJson.Indented));
            else Write(output, report);
            return Task.FromResult(ExitCodes.ObjectiveMet);
        });
    }

    private static ImmutableArray<double> Fractions(string text) =>
        [.. text.Split(',')
            .Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var cut) && cut is > 0 and < 1
                ? cut
                : throw new CommandFault(ExitCodes.BadInput, $"--cuts has '{part}': each must be a number above 0 and below 1."))];

    private static void Write(TextWriter output, ForecastReport report)
    {
        output.WriteLine($"{report.Suite}, model {report.Model}; errors in units of {report.Scale}.");
        TextTable.Write(output, ["seen", "MAE", "CRPS", "log density", "50 %", "90 %", "95 %", "width 90 %", "µs/curve", "curves"],
            report.Cuts.Select(c => new[]
            {
                c.Key, Wording.Value(c.Value.Mae), Wording.Value(c.Value.Crps), Wording.Value(c.Value.LogDensity),
                Wording.Value(c.Value.Coverage50), Wording.Value(c.Value.Coverage90),
                Wording.Value(c.Value.Coverage95), Wording.Value(c.Value.Width90),
                Wording.Value(c.Value.MicrosecondsPerCurve), c.Value.Curves.ToString(CultureInfo.InvariantCulture),
            }));
        foreach (var (cut, target) in report.Target)
        {
            output.WriteLine();
            var worst = target.WorstOfLarge is { } off ? $", worst bin of {Reliability.LargeBin} or more off by {Wording.Value(off)}" : "";
            output.WriteLine($"P(target) at {cut}: Brier score {Wording.Value(target.Brier)}{worst}.");
            TextTable.Write(output, ["forecast", "came true", "forecasts"], target.Bins.Select(b => new[]
            {
                Wording.Value(b.Probability), Wording.Value(b.Frequency), b.Forecasts.ToString(CultureInfo.InvariantCulture),
            }));
        }
        output.WriteLine();
        output.WriteLine("90 % interval of the final value covers, by family:");
        string[] cuts = [.. report.Cuts.Keys];
        TextTable.Write(output, ["family", .. cuts, "curves"], report.Families.Select(f => (string[])
        [
            f.Key, .. cuts.Select(cut => f.Value.TryGetValue(cut, out var figures) ? Wording.Value(figures.Coverage90) : "-"),
            f.Value.Values.Max(v => v.Curves).ToString(CultureInfo.InvariantCulture),
        ]));
    }
}
