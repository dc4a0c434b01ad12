using System.Buffers.Binary;
using AutoSelect.Chaos.Cluster;

namespace AutoSelect.Chaos.Faults;

/// <summary>
/// A small C library beside this program that is preloaded into a process, and the file of one number that it goes by, which can be changed
/// while the process runs.
/// </summary>
/// <param name="source">Name of its source, without ending.</param>
/// <param name="variable">Environment variable that names the file.</param>
/// <param name="folder">Where it is built.</param>
internal sealed class PreloadedLibrary(string source, string variable, string folder)
{
    private string Library => Path.Combine(folder, $"{source}.so");

    /// <summary>Compiles it.</summary>
    /// <returns>False where there is no C compiler.</returns>
    public async Task<bool> Build()
    {
        var code = Path.Combine(AppContext.BaseDirectory, "Faults", $"{source}.c");
        return (await Command.Try("cc", ["-shared", "-fPIC", "-O2", "-o", Library, code, "-ldl"])).Code == 0;
    }

    /// <summary>Environment of a process that it is to be preloaded into.</summary>
    /// <param name="name">Of the file, one a process.</param>
    public Dictionary<string, string> For(string name)
    {
        if (!File.Exists(FileOf(name))) Set(name, TimeSpan.Zero);
        return new() { ["LD_PRELOAD"] = Library, [variable] = FileOf(name) };
    }

    /// <summary>Sets the number, in microseconds.</summary>
    public void Set(string name, TimeSpan time)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)time.TotalMicroseconds);
        // In place: the file is mapped.
        using var file = new FileStream(FileOf(name), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(bytes);
    }

    private string FileOf(string name) => Path.Combine(folder, $"{source}-{name}");
}
