using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.JobFiles;

/// <summary>
/// Reads <c>ranks</c> and <c>communication</c>, of the job or of one of its candidates: for each a value or a list of values.
/// </summary>
internal static class RanksReader
{
    public const int Most = 1024;

    public static RankGrid Read(YamlValue? ranks, YamlValue? communication) => new()
    {
        Ranks = ranks is null ? [] : CandidatesReader.Distinct(ranks, item => (int?)item.Integer(1, Most)),
        Communication = communication is null ? [] : CandidatesReader.Distinct(communication, Kind),
    };

    private static GradientCommunication? Kind(YamlValue item)
    {
        if (item.Text() is not { } text) return null;
        try
        {
            return GradientCommunication.Parse(text);
        }
        catch (FormatException)
        {
            var dash = text.LastIndexOf('-');
            // A word with a parameter is near to the same word with another one.
            var known = GradientCommunication.Words.Select(
                w => w.IndexOf('<', StringComparison.Ordinal) is var at and > 0 && dash > 0 ? w[..at] + text[(dash + 1)..] : w);
            item.Fail(
                $"{item.Path} is '{text}': it must be one of {string.Join(", ", GradientCommunication.Words)}, a parameter above "
                + $"0.{NearestName.Suggest(text, known)}");
            return null;
        }
    }
}
