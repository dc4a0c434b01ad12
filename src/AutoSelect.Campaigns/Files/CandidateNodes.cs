using System.Globalization;
using AutoSelect.Contracts;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace AutoSelect.Campaigns.Files;

/// <summary>A candidate as an item of a job file's list, with all that it is said: no default of the job changes it.</summary>
internal static class CandidateNodes
{
    public static YamlMappingNode Of(Candidate candidate)
    {
        var item = new YamlMappingNode { { "strategy", candidate.Strategy } };
        if (!candidate.Hyperparameters.IsEmpty)
        {
            var values = new YamlMappingNode { Style = MappingStyle.Flow };
            foreach (var (name, value) in candidate.Hyperparameters) values.Add(name, Number(value));
            item.Add("values", values);
        }
        item.Add("batchSizes", List(candidate.BatchSize.ToString(CultureInfo.InvariantCulture)));
        item.Add("schedule", candidate.Schedule.Kind.ToString().ToLowerInvariant());
        item.Add("ranks", candidate.Ranks.ToString(CultureInfo.InvariantCulture));
        if (candidate.Ranks > 1) item.Add("communication", candidate.Communication);
        var modifiers = new YamlMappingNode { Style = MappingStyle.Flow };
        if (candidate.Precision != "fp32") modifiers.Add("precision", candidate.Precision);
        foreach (var (name, value) in candidate.Modifiers.Given()) modifiers.Add(name, value);
        if (modifiers.Children.Count > 0) item.Add("modifiers", modifiers);
        return item;
    }

    private static YamlSequenceNode List(string value) => new(new YamlScalarNode(value)) { Style = SequenceStyle.Flow };

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
