using System.Text.Json;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Devices;

/// <summary>What a simulated device writes as a checkpoint: a small real file that says what it is of.</summary>
/// <param name="Job">Whose.</param>
/// <param name="Trial">Which.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Token">Lease under which it was written.</param>
internal sealed record SimulatedCheckpoint(JobId Job, TrialId Trial, long Step, long Token)
{
    private const string Ending = ".simulated";

    /// <summary>Writes it whole or not at all, through to the disk.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public Checkpoint Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{Step:D9}-{Token}{Ending}");
        return new Checkpoint { Uri = path, Step = Step, Bytes = WriteFile(path) };
    }

    /// <returns>Its bytes.</returns>
    public long WriteFile(string path)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(this, RecordJson.Options);
        var unfinished = $"{path}.{Token}.new";
        using (var file = File.Create(unfinished))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
        return bytes.Length;
    }

    /// <summary>What is wrong with the checkpoint that work is to begin with; null where nothing is.</summary>
    public static string? Fault(SegmentAssignment work)
    {
        if (work.From is not { } from) return null;
        try
        {
            var read = JsonSerializer.Deserialize<SimulatedCheckpoint>(File.ReadAllText(from.Uri), RecordJson.Options)!;
            return (read.Job, read.Trial, read.Step) == (work.Job, work.Trial, from.Step) ? null : $"{from.Uri} is of {read}";
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return $"{from.Uri}: {e.Message}";
        }
    }

    /// <summary>Token in the name of a checkpoint; null where it is none of a simulated device.</summary>
    public static long? TokenOf(string uri)
    {
        var name = Path.GetFileName(uri);
        if (!name.EndsWith(Ending, StringComparison.Ordinal) || name[..^Ending.Length].Split('-') is not [_, var text]) return null;
        return long.TryParse(text, out var token) ? token : null;
    }

    /// <summary>Removes what is older than the checkpoint that the control side goes on from, and no younger than this lease.</summary>
    public static void RemoveBefore(string folder, long step, long token)
    {
        foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $"*{Ending}") : [])
        {
            var name = Path.GetFileName(path);
            if (TokenOf(path) > token || !long.TryParse(name.Split('-')[0], out var at) || at >= step) continue;
            File.Delete(path);
        }
    }
}
