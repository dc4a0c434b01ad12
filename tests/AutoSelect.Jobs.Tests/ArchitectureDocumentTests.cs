using System.Text.RegularExpressions;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests;

/// <summary>docs/architecture.md leads a reader to files: they must be there.</summary>
public sealed partial class ArchitectureDocumentTests
{
    [Fact]
    public void Every_file_it_names_exists()
    {
        var root = SourceTree.Root;
        var named = FileName().Matches(File.ReadAllText(Path.Combine(root, "docs", "architecture.md")))
            .Select(m => m.Groups[1].Value).Distinct().ToList();

        Assert.True(named.Count > 20, $"{named.Count} files are named");
        Assert.All(named, name => Assert.True(File.Exists(Path.Combine(root, name)), name));
    }

    [Fact]
    public void The_machine_and_its_interpreter_stay_small_enough_to_read()
    {
        var root = SourceTree.Root;
        Assert.InRange(Lines(Path.Combine(root, "grains/AutoSelect.Grains/Jobs/JobGrain.cs")), 1, 200);
        var files = Directory.EnumerateFiles(Path.Combine(root, "src/AutoSelect.Jobs"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal));
        Assert.All(files, f => Assert.True(Lines(f) <= 300, $"{f} has {Lines(f)} lines"));
    }

    private static int Lines(string path) => File.ReadLines(path).Count();

    [GeneratedRegex(@"`((?:src|grains|strategies|tests)/[\w./-]+\.cs)`")]
    private static partial Regex FileName();
}
