using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay.Suites;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect replay FILE</c></summary>
internal static class ReplayCommand
{
    /// <summary>A figure that there is none of is written as null, so that every document has the same fields.</summary>
    private static readonly JsonSerializerOptions Json = new(RecordJson.Indented) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    public static Command Create(CommandTree tree)
    {
        var file = new Argument<string>("FILE")
        {
            Description =
                "A recording or a suite of curves: .jsonl or .jsonl.gz, as export writes it; with --verify the id of a stored job.",
        };
        var policy = new Option<string>("--policy")
        {
            Description = $"Selection policy, with parameters after colons (current-best:0.05): {string.Join(", ", ReplayPolicies.Names)}.",
            DefaultValueFactory = _ => "insured",
        };
        var history = new Option<string[]>("--history")
        {
            Description = "Finished curves to learn from; a problem's own family is left out.",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        var prior = PriorOption.Create(isShipped: false);
        var devices = new Option<string>("--devices")
        {
            Description = "Devices side by side, or unlimited.",
            DefaultValueFactory = _ => "2",
        };
        var points = new Option<string>("--points")
        {
            Description = "all, or one hyperparameter point per algorithm; each: every way of picking one in turn.",
            DefaultValueFactory = _ => "all",
        };
        var objective = new Option<string?>("--objective")
        {
            Description = "fastest_to or best_by; by default fastest_to where there is a target.",
        };
        var confidence = new Option<double>("--confidence")
        {
            Description = "Confidence of the jobs, 0.5 to 0.999.",
            DefaultValueFactory = _ => 0.9,
        };
        var price = new Option<double>("--price")
        {
            Description = "What a second of a borrowed device is worth, in seconds of the job, at least 0: the smaller, the more "
                + "candidates race.",
            DefaultValueFactory = _ => new ProbeBudget().Price,
        };
        var insurance = new Option<double>("--insurance")
        {
            Description = "The premium, as a share of the baseline's time, by which a job may end later than the baseline, 0 to 1.",
            DefaultValueFactory = _ => new ProbeBudget().Insurance,
        };
        var baseline = new Option<string?>("--baseline")
        {
            Description = "What would have been run anyway: a candidate, or an algorithm, whose candidates are it in turn.",
            HelpName = "NAME",
        };
        var seed = new Option<long>("--seed") { Description = "Seed of all random numbers.", DefaultValueFactory = _ => 1 };
        var json = new Option<string?>("--json")
        {
            Description = "Write the figures as JSON, to FILE or else instead of the text.",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var costs = new Option<string?>("--costs")
        {
            Description = $"What is charged besides training and evaluating, {ReplayCosts.Rule}; default nothing.",
            HelpName = "COSTS",
        };
        var verify = new Option<bool>("--verify")
        {
            Description = "Compute every decision of a stored job again from its events and compare bit for bit: "
                + $"exit code 0 when all are equal, else {ExitCodes.JobFailed}.",
        };
        points.AcceptOnlyFromAmong("all", "one", "each");
        objective.AcceptOnlyFromAmong("fastest_to", "best_by");
        var command = new Command("replay", "Simulates jobs on recorded learning curves in virtual time, one a problem.")
        {
            file, policy, history, prior, devices, points, objective, baseline, confidence, price, insurance, seed, costs, verify, json,
        };
        return tree.Bind(command, async (parsed, input) =>
        {
            var document = parsed.GetResult(json) is null ? null : parsed.GetValue(json) ?? "";
            if (parsed.GetValue(verify)) return await VerifyCommand.Run(tree.Surroundings, input, parsed.GetValue(file)!, document);
            var options = Checked(new SuiteReplayOptions
            {
                Policy = parsed.GetValue(policy)!,
                Devices = Devices(parsed.GetValue(devices)!),
                Objective =
                    parsed.GetValue(objective) switch { null => null, "best_by" => ObjectiveKind.BestBy, _ => ObjectiveKind.FastestTo },
                Confidence = parsed.GetValue(confidence),
                Price = parsed.GetValue(price),
                Insurance = parsed.GetValue(insurance),
                Seed = parsed.GetValue(seed),
                Costs = ReplayCosts.Parse(parsed.GetValue(costs)),
            });
            var suite = Read(parsed.GetValue(file)!);
            var further = (parsed.GetValue(history) ?? []).SelectMany(path => Read(path)).ToArray();
            var replays = Run(() => ReplaySuite.Problems(suite, Points(parsed.GetValue(points)),
                parsed.IsShipped(prior) ? further.Concat(ShippedPrior.History.All) : further, parsed.GetValue(baseline)), options);
            Write(tree.Surroundings.Terminal.Output, replays, SuiteFigures.FromReplays(replays, options), options, document);
            return ExitCodes.ObjectiveMet;
        });
    }

    private static ReplayPoints Points(string? text) =>
        text switch { "one" => ReplayPoints.One, "each" => ReplayPoints.OneInTurn, _ => ReplayPoints.All };

    private static int? Devices(string text) => text == "unlimited" ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 ? count
        : throw new CommandFault(ExitCodes.BadInput, $"--devices is '{text}': it must be an integer of at least 1, or unlimited.");

    private static SuiteReplayOptions Checked(SuiteReplayOptions options)
    {
        if (options.Confidence is not (>= 0.5 and <= 0.999))
            throw new CommandFault(ExitCodes.BadInput, $"--confidence is '{options.Confidence}': it must be from 0.5 to 0.999.");
        if (!(options.Price >= 0 && double.IsFinite(options.Price)))
            throw new CommandFault(ExitCodes.BadInput, $"--price is '{options.Price}': it must be at least 0.");
        if (!(options.Insurance >= 0 && options.Insurance <= 1))
            throw new CommandFault(ExitCodes.BadInput, $"--insurance is '{options.Insurance}': it must be from 0 to 1.");
        try
        {
            if (options.Policy != ReplayPolicies.OracleName) PolicyCatalogue.Get(options.Policy);
            return options;
        }
        catch (ArgumentException fault)
        {
            throw new CommandFault(ExitCodes.BadInput, $"--policy {fault.Message.Split(" (Parameter")[0]}");
        }
    }

    /// <summary>Curves of a recording.</summary>
    /// <exception cref="CommandFault">No such file, or no recording.</exception>
    internal static ImmutableArray<RecordedCurve> Read(string path)
    {
        try
        {
            return RecordedCurves.Read(path) is { Length: > 0 } curves ? curves
                : throw new CommandFault(ExitCodes.BadInput, $"{path}: no curve: a recording has at least one.");
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

    private static ImmutableArray<ProblemReplay> Run(Func<ImmutableArray<ReplayProblem>> problems, SuiteReplayOptions options)
    {
        try
        {
            return SuiteReplay.Run(problems(), options);
        }
        catch (ArgumentException fault)
        {
            throw new CommandFault(ExitCodes.BadInput, fault.Message.Split(" (Parameter")[0]);
        }
    }

    private static void Write(
        TextWriter output, ImmutableArray<ProblemReplay> replays, SuiteFigures figures, SuiteReplayOptions options, string? json)
    {
        if (json is { Length: > 0 }) File.WriteAllText(json, JsonSerializer.Serialize(figures, Json) + "\n");
        else if (json is not null) output.WriteLine(JsonSerializer.Serialize(figures, Json));
        else ReplayText.Write(output, replays, figures, options);
    }
}
