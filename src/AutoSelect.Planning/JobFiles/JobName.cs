using System.Text.RegularExpressions;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Names of jobs.</summary>
public static partial class JobName
{
    public const string Rule = "it must be 1 to 48 lower-case letters, digits and dashes, a letter or digit first";

    public static bool IsValid(string name) => Pattern().IsMatch(name);

    internal static string Read(YamlValue? value, string path)
    {
        if (value is null) return FromFile(path);
        var name = value.Text();
        if (name is not null && !IsValid(name)) value.Refuse(Rule);
        return name ?? "";
    }

    /// <summary>A file's name made fit: Fashion_MNIST.yaml gives fashion-mnist.</summary>
    public static string FromFile(string path)
    {
        var stem = Unfit().Replace(System.IO.Path.GetFileNameWithoutExtension(path).ToLowerInvariant(), "-").Trim('-');
        return stem.Length == 0 ? "job" : stem[..Math.Min(48, stem.Length)].TrimEnd('-');
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,47}\z")]
    private static partial Regex Pattern();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Unfit();
}
