namespace AutoSelect.Chaos.Cluster;

/// <summary>Ends processes of a run that was killed itself.</summary>
internal static class Leftovers
{
    /// <param name="register">File of lines "id start", as <see cref="KeptProcess"/> writes them.</param>
    public static void End(string register)
    {
        if (!File.Exists(register)) return;
        foreach (var line in File.ReadLines(register))
        {
            // Its start tells it from another process that took the id since.
            if (line.Split(' ') is not [var id, var start] || !int.TryParse(id, out var process)) continue;
            if (Signals.StartOf(process)?.ToString() != start) continue;
            foreach (var child in (int[])[.. Signals.Descendants(process), process]) Signals.Send(child, Signals.Kill);
        }
        File.Delete(register);
    }
}
