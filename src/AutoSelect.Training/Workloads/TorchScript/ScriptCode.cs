using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace AutoSelect.Training.Workloads.TorchScript;

/// <summary>
/// The code that a TorchScript file holds as text, in the folder code of its archive. A traced module has what it was traced with as
/// constants in it, where a scripted one asks for its mode: no training or evaluation mode reaches those.
/// </summary>
internal sealed partial class ScriptCode
{
    private readonly IReadOnlyList<string> files;

    private ScriptCode(IReadOnlyList<string> files) => this.files = files;

    /// <param name="path">A file that torch.jit.save wrote; of another kind of file nothing is known.</param>
    public static ScriptCode Read(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            return new([.. archive.Entries.Where(IsCode).Select(Text)]);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new([]);
        }
    }

    /// <summary>What stays in training, or goes on in evaluation, since it was traced: sentences that follow the model's name.</summary>
    public IEnumerable<string> Frozen()
    {
        var norms = Modes(NormPattern(), argument: 5);
        var dropouts = Modes(DropoutPattern(), argument: 2);
        if (norms.Off > 0)
            yield return $"{Count(norms.Off, "BatchNorm layer")} traced in evaluation mode: training cannot update the statistics, "
                + $"which stay as they are in the file. {Remedy}";
        if (norms.On > 0)
            yield return $"{Count(norms.On, "BatchNorm layer")} traced in training mode: evaluations normalize by the batch "
                + $"they happen to see, and change the statistics. {Remedy}";
        if (dropouts.Off > 0)
            yield return $"{Count(dropouts.Off, "dropout layer")} traced in evaluation mode: training drops nothing. {Remedy}";
        if (dropouts.On > 0)
            yield return $"{Count(dropouts.On, "dropout layer")} traced in training mode: evaluations drop values too. {Remedy}";
    }

    private const string Remedy = "Save the module with torch.jit.script instead of torch.jit.trace, unless that is meant.";

    private static string Count(int count, string what) => count == 1 ? $"1 {what} was" : $"{count} {what}s were";

    /// <summary>Calls whose mode is a constant.</summary>
    private (int Off, int On) Modes(Regex call, int argument)
    {
        var constants = files.SelectMany(text => call.Matches(text).Select(m => Argument(text, m.Index + m.Length, argument))).ToList();
        return (constants.Count(c => c == "False"), constants.Count(c => c == "True"));
    }

    /// <summary>An argument of a call, from the text after its opening parenthesis; empty where it has fewer.</summary>
    private static string Argument(string text, int start, int wanted)
    {
        var (depth, argument, from) = (0, 0, start);
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] is '(' or '[') depth++;
            var ends = depth == 0 && text[i] is ')';
            if (text[i] is ')' or ']') depth--;
            if (!ends && (depth > 0 || text[i] != ',')) continue;
            if (argument++ == wanted) return text[from..i].Trim();
            if (ends) break;
            from = i + 1;
        }
        return "";
    }

    private static bool IsCode(ZipArchiveEntry entry) =>
        entry.FullName.Contains("/code/", StringComparison.Ordinal) && entry.FullName.EndsWith(".py", StringComparison.Ordinal);

    private static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\btorch\.(batch_norm|_batch_norm_impl_index|native_batch_norm)\(")]
    private static partial Regex NormPattern();

    [GeneratedRegex(@"\btorch\.(alpha_|feature_)?dropout_?\(")]
    private static partial Regex DropoutPattern();
}
