using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace AutoSelect.Training.Tests;

/// <summary>Writes .npz archives, good and bad ones.</summary>
internal static class NpzFile
{
    public static string Write(string path, params (string Name, byte[] Array)[] arrays)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, array) in arrays)
        {
            using var stream = archive.CreateEntry(name + ".npy").Open();
            stream.Write(array);
        }
        return path;
    }

    public static byte[] Npy<T>(string type, string shape, T[] values, byte version = 1, string fortran = "False") where T : struct
    {
        var text = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': ({shape}), }}\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes((uint)text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. MemoryMarshal.AsBytes(values.AsSpan())];
    }

    /// <summary>
    /// Four arrays of 4 training and 2 validation examples with 2 inputs each; those given replace or add to them, and null leaves one out.
    /// </summary>
    public static string Small(string path, params (string Name, byte[]? Array)[] changes)
    {
        var arrays = new Dictionary<string, byte[]?>
        {
            ["train_inputs"] = Npy("<f4", "4, 2", new float[8]),
            ["train_targets"] = Npy("<i8", "4,", new long[] { 0, 1, 1, 0 }),
            ["validation_inputs"] = Npy("<f4", "2, 2", new float[4]),
            ["validation_targets"] = Npy("<i8", "2,", new long[2]),
        };
        foreach (var (name, array) in changes) arrays[name] = array;
        return Write(path, [.. arrays.Where(a => a.Value is not null).Select(a => (a.Key, a.Value!))]);
    }
}
