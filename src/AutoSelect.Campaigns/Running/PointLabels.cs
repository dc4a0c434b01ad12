using System.Collections.Immutable;
using AutoSelect.Campaigns.Files;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Running;

/// <summary>
/// Labels of the jobs of a campaign: all that lists of jobs show of it, as a server that has its jobs has nothing else of a campaign. They
/// follow from what is stored of the point: a submission that is repeated has the same ones.
/// </summary>
internal static class PointLabels
{
    /// <summary>Most characters of the names and texts of parameters together, as they travel: in the first line of a request.</summary>
    public const int MostCharacters = 4000;

    /// <summary>The labels; parameters that would exceed what a job may have are left out, the last ones first.</summary>
    /// <param name="campaign">It knows its candidates where it learns.</param>
    /// <param name="point">Of the job.</param>
    public static ImmutableSortedDictionary<string, string> For(CampaignRecord campaign, CampaignPoint point)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        labels[JobLabels.Campaign] = campaign.Spec.Name;
        labels[JobLabels.Point] = $"{point.Index + 1}";
        if (Learning(point) is { } learning) labels[JobLabels.Learning] = learning;
        if (Baseline(campaign, point) is { } baseline) labels[JobLabels.Baseline] = Cut(baseline, JobLabels.LongestText);
        var most = JobLabels.Most - JobTemplate.Labels(campaign.Spec.Template);
        var room = MostCharacters;
        foreach (var (parameter, value) in campaign.Spec.Space.Parameters.Zip(point.Values))
        {
            var name = JobLabels.Space + Cut(parameter.Key, JobLabels.LongestName - JobLabels.Space.Length);
            var text = Cut(value, JobLabels.LongestText);
            if (labels.Count >= most || (room -= Escaped(name) + Escaped(text)) < 0) break;
            labels[name] = text;
        }
        return labels.ToImmutable();
    }

    /// <summary>Whether a job tries what was learned or is the template as it is; null in a campaign that does not learn.</summary>
    public static string? Learning(CampaignPoint point) =>
        point.Probe is { } probe ? probe.IsOriginal ? JobLabels.Original : JobLabels.Learned : null;

    /// <summary>The baseline of a job, as the template names it; null in a campaign that does not learn.</summary>
    public static string? Baseline(CampaignRecord campaign, CampaignPoint point) =>
        point.Probe is { } probe ? Arms.Name(campaign.Arms, probe.IsOriginal ? campaign.OriginalBaseline : probe.Arms[0]) : null;

    private static int Escaped(string text) => Uri.EscapeDataString(text).Length;

    /// <summary>The end of a text that is too long: paths and names differ there.</summary>
    private static string Cut(string text, int most) => text.Length <= most ? text : $"…{text[^(most - 1)..]}";
}
