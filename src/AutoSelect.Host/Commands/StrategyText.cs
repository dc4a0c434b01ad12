using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary>Capabilities and rules of a strategy in words.</summary>
internal static class StrategyText
{
    public static string State(StrategyCapabilities capabilities)
    {
        var state = Wording.Number(capabilities.StatePerParameter);
        return capabilities.StatePerSquaredSide > 0 ? $"{state} + {Wording.Number(capabilities.StatePerSquaredSide)}(m²+n²)/mn" : state;
    }

    public static IEnumerable<string> Capabilities(StrategyCapabilities capabilities)
    {
        yield return capabilities.TrainsTorchScript ? "trains TorchScript modules" : "needs layers it knows; no TorchScript";
        if (capabilities.AveragesWeights) yield return "averages its weights";
        if (capabilities.NeedsWholeGradient) yield return "scales the whole update by one factor";
        if (capabilities.BreaksWithClipping) yield return "breaks with clipping by the global norm";
    }

    public static string Rule(ContinuationRule rule)
    {
        var from = rule.From.IsEmpty ? "any other" : string.Join(", ", rule.From);
        var passes = rule.Kind switch
        {
            ContinuationKind.Exact => "exactly",
            ContinuationKind.Convertible => "what the states have in common passes",
            ContinuationKind.BoundaryOnly => "weights only, at a boundary",
            _ => throw new InvalidOperationException($"Unknown continuation {rule.Kind}."),
        };
        var warm = rule.WarmSteps == 0 ? ""
            : $", {Wording.Number(rule.WarmSteps)}{(rule.WarmStepsOver is { } over ? "/" + over : "")} warm steps";
        return $"{from}: {passes}{warm}";
    }
}
