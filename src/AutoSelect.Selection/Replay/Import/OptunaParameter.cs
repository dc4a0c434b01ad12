using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>A suggested parameter as storages keep it.</summary>
/// <param name="Value">The number itself, or the index of the choice.</param>
/// <param name="Distribution">JSON: the name of the distribution and its attributes.</param>
public sealed record OptunaParameter(double Value, string Distribution)
{
    /// <summary>The parameter as the trial saw it.</summary>
    /// <exception cref="InvalidDataException">The distribution is unknown, or lacks the value.</exception>
    public (JsonElement Value, bool IsCategorical) Decode()
    {
        JsonElement distribution;
        try
        {
            distribution = PythonJson.Parse(Distribution);
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"distribution '{Distribution}' is no JSON: {fault.Message}", fault);
        }
        if (distribution.ValueKind != JsonValueKind.Object || !distribution.TryGetProperty("name", out var name))
            throw new InvalidDataException($"distribution '{Distribution}' has no name.");
        return name.ToString() switch
        {
            "CategoricalDistribution" => (Choice(distribution), true),
            "IntDistribution" or "IntUniformDistribution" or "IntLogUniformDistribution" =>
                (JsonSerializer.SerializeToElement((long)Value), false),
            "FloatDistribution" or "UniformDistribution" or "LogUniformDistribution" or "DiscreteUniformDistribution" =>
                (JsonSerializer.SerializeToElement(Value, RecordJson.Options), false),
            var other => throw new InvalidDataException(
                $"distribution '{other}' is none of Optuna's: Categorical-, Float- or IntDistribution, or one of their predecessors."),
        };
    }

    private JsonElement Choice(JsonElement distribution)
    {
        if (!distribution.TryGetProperty("attributes", out var attributes) || attributes.ValueKind != JsonValueKind.Object
            || !attributes.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException($"distribution '{Distribution}' has no choices.");
        var count = choices.GetArrayLength();
        if (!(Value >= 0 && Value < count && Value == Math.Floor(Value)))
            throw new InvalidDataException($"choice {Value} of {count}: it must be an index of distribution '{Distribution}'.");
        return choices[(int)Value];
    }
}
