using AutoSelect.Selection.History;

namespace AutoSelect.Host.Control;

/// <summary>Recordings that were taken into a store, each under its SHA-256; a file that is removed is not learned from any more.</summary>
/// <param name="folder">Made when a recording is taken.</param>
internal sealed class ImportedRecordings(string folder)
{
    /// <summary>Keeps a recording, once however often it is taken.</summary>
    /// <returns>Its SHA-256.</returns>
    public string Take(byte[] recording) => new Histories(folder).Put(recording);

    /// <summary>All of them, in the order of their hashes.</summary>
    /// <exception cref="InvalidDataException">One was changed since it was taken.</exception>
    public IEnumerable<byte[]> All()
    {
        var histories = new Histories(folder);
        var names = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.jsonl.gz") : [];
        return names.Select(n => Path.GetFileName(n).Split('.')[0]).Order(StringComparer.Ordinal).Select(histories.Open);
    }
}
