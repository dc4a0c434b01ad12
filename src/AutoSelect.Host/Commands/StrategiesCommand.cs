using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect strategies [NAME]</c></summary>
internal static class StrategiesCommand
{
    public static Command Create(CommandTree tree)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "A strategy to show with its hyperparameters.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return tree.Bind(new Command("strategies", "Lists the training strategies, or shows one.") { name }, async (parsed, input) =>
        {
            var strategies = (await tree.Surroundings.InspectCatalogue()).Strategies;
            var output = tree.Surroundings.Terminal.Output;
            if (parsed.GetValue(name) is { } asked)
            {
                var strategy = strategies.FirstOrDefault(s => s.Name == asked)
                    ?? throw new CommandFault(ExitCodes.BadInput,
                        $"Strategy '{asked}' is not in the catalogue.{NearestName.Suggest(asked, strategies.Select(s => s.Name))}");
                if (input.Json) output.WriteLine(JsonSerializer.Serialize(strategy, RecordJson.Indented));
                else Describe(output, strategy);
            }
            else if (input.Json) output.WriteLine(JsonSerializer.Serialize(strategies, RecordJson.Indented));
            else
                TextTable.Write(output, ["strategy", "default set", "batch", "schedule", "state", "capabilities", "summary"],
                    strategies.Select(s => new[]
                    {
                        s.Name, s.InDefaultSet ? "yes" : "–", s.BaseBatchSize.ToString(), s.Schedule.ToString().ToLowerInvariant(),
                        StrategyText.State(s.Capabilities), string.Join(", ", StrategyText.Capabilities(s.Capabilities)), s.Summary,
                    }));
            return ExitCodes.ObjectiveMet;
        });
    }

    private static void Describe(TextWriter output, StrategyDescription strategy)
    {
        output.WriteLine($"{strategy.Name}: {strategy.Summary}");
        output.WriteLine($"Source: {strategy.Source}");
        output.WriteLine(
            $"Defaults are for batch size {strategy.BaseBatchSize}, a {strategy.Schedule.ToString().ToLowerInvariant()} schedule and "
            + $"{Wording.Percent(strategy.WarmupFraction)} warm-up.");
        output.WriteLine();
        TextTable.Write(output, ["hyperparameter", "default", "range", "scale", "label", "batch rule", "summary"],
            strategy.Hyperparameters.Select(h => new[]
            {
                h.Name, Wording.Number(h.Default), $"{Wording.Number(h.Minimum)} to "
                    + $"{Wording.Number(h.Maximum)}{(h.Unit.Length > 0 ? " " + h.Unit : "")}", h.Scale.ToString().ToLowerInvariant(),
                h.Label.ToString().ToLowerInvariant(), h.BatchSizeExponent == 0 ? "–"
                    : $"× κ^{Wording.Number(h.BatchSizeExponent)}", h.Summary,
            }));
        output.WriteLine();
        output.WriteLine(
            $"Optimizer state: {StrategyText.State(strategy.Capabilities)} floats a parameter, m and n the sides of its matrix.");
        output.WriteLine(
            strategy.InDefaultSet ? "Takes part in 'candidates: default'." : "Not in 'candidates: default': name it to try it.");
        foreach (var capability in StrategyText.Capabilities(strategy.Capabilities)) output.WriteLine($"- {capability}");
        foreach (var rule in strategy.Continuations) output.WriteLine($"- goes on from {StrategyText.Rule(rule)}");
        output.WriteLine();
        output.WriteLine("κ is the batch size over the one the defaults are for.");
    }
}
