using AutoSelect.Training.Segments;
using AutoSelect.Training.Workloads;

namespace AutoSelect.Training.Data;

/// <summary>A text as numbers of its distinct characters, in order of code point.</summary>
internal sealed class CharText
{
    private CharText(string text)
    {
        Alphabet = [.. text.Distinct().Order()];
        var numbers = new Dictionary<char, long>();
        for (var i = 0; i < Alphabet.Count; i++) numbers[Alphabet[i]] = i;
        Tokens = [.. text.Select(c => numbers[c])];
    }

    public IReadOnlyList<char> Alphabet { get; }

    public IReadOnlyList<long> Tokens { get; }

    /// <summary>The text that the options data and dataset name.</summary>
    /// <exception cref="BadOptionException">No file was named, or it cannot be read.</exception>
    public static CharText Load(WorkloadSetup setup)
    {
        var path = setup.Option("data", "");
        var dataset = setup.Option("dataset", "");
        if (dataset == ImageExamples.SyntheticName) return new(Synthetic(setup.Option("examples", 1_000) * 64));
        if (dataset.Length > 0)
            throw new BadOptionException(
                "dataset", $"Option 'dataset' is '{dataset}': it must be {ImageExamples.SyntheticName}, or left out to read the file in "
                    + "option 'data'.");
        if (path.Length == 0)
            throw new BadOptionException(
                "data", "char-transformer needs a text: name any UTF-8 text file in the workload's option data, or set dataset: synthetic "
                    + "for a made-up one.");
        setup.Reads(path);
        try
        {
            return new(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadOptionException("data", $"The text file '{path}' of option data cannot be read: {e.Message}", e);
        }
    }

    // Words of a small made-up vocabulary, some of which follow each other often: predictable in part.
    private static string Synthetic(int length)
    {
        var random = new SplitMix64(seed: 1948, stream: 0);
        string[] words = ["tree", "river", "stone", "light", "under", "never", "again", "slowly", "over", "the", "a", "green", "old",
            "sings", "falls", "waits"];
        var text = new System.Text.StringBuilder(length + 16);
        var word = 0;
        while (text.Length < length)
        {
            word = random.Below(3) == 0 ? random.Below(words.Length) : ((word * 5) + 3) % words.Length;
            text.Append(words[word]).Append(random.Below(9) == 0 ? ".\n" : " ");
        }
        return text.ToString(0, length);
    }
}
