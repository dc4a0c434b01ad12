using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Reads <c>continues</c>: which candidate's checkpoint another one begins with, and after which share of the run.</summary>
internal static class ContinuesReader
{
    public static ContinuationRequest? Read(YamlValue? value)
    {
        if (value?.Section(JobFileKeys.Continues) is not { } section) return null;
        var candidate = section.Required("candidate", "name the candidate to go on from, such as nadamw-b256, or its strategy")?.Text();
        var after = section.Required("after", "give the share of the run after which to go on from it, such as 0.4");
        var shares = after is null ? []
            : CandidatesReader.Distinct(
                after, item => item.Number("a share of the run above 0 and below 1", share => share is > 0 and < 1));
        var rewarm = section["rewarm"]?.Integer(0, int.MaxValue);
        return candidate is null || shares.IsEmpty ? null
            : new ContinuationRequest { Candidate = candidate, After = shares, RewarmSteps = rewarm };
    }
}
