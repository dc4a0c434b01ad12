using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Sets VER_FLG_WEAK on the version needs newer than GLIBCXX_3.4.30 of 64-bit little-endian ELF files (System V gABI,
/// "Version Needed": Elf64_Verneed and Elf64_Vernaux). A file that needs no change is left alone.
/// </summary>
public class WeakenGlibcxxNeed : Task
{
    private const uint SectionTypeVerneed = 0x6ffffffe;
    private const ushort Weak = 0x2;

    public ITaskItem[] Files { get; set; }

    public override bool Execute()
    {
        foreach (var file in Files)
        {
            var path = file.ItemSpec;
            var bytes = File.ReadAllBytes(path);
            if (!Weaken(bytes)) continue;
            var weak = path + ".weak";
            File.Copy(path, weak, true); // keeps the permissions
            File.WriteAllBytes(weak, bytes);
            File.SetLastWriteTimeUtc(weak, File.GetLastWriteTimeUtc(path)); // so that the next build sees it as up to date
            File.Delete(path);
            File.Move(weak, path);
            Log.LogMessage(MessageImportance.Normal, "Marked the GLIBCXX version need of {0} as weak", path);
        }
        return !Log.HasLoggedErrors;
    }

    private static bool Weaken(byte[] b)
    {
        if (b.Length < 64 || b[0] != 0x7f || b[1] != 'E' || b[4] != 2 || b[5] != 1) return false;
        var changed = false;
        var sections = (long)BitConverter.ToUInt64(b, 0x28);
        int size = BitConverter.ToUInt16(b, 0x3a), count = BitConverter.ToUInt16(b, 0x3c);
        for (var s = 0; s < count; s++)
        {
            var header = sections + (long)s * size;
            if (BitConverter.ToUInt32(b, (int)header + 4) != SectionTypeVerneed) continue;
            var strings = sections + (long)BitConverter.ToUInt32(b, (int)header + 0x28) * size;
            var names = (long)BitConverter.ToUInt64(b, (int)strings + 0x18);
            var need = (long)BitConverter.ToUInt64(b, (int)header + 0x18);
            for (uint next = 1; next != 0; need += next)
            {
                next = BitConverter.ToUInt32(b, (int)need + 12);
                int entries = BitConverter.ToUInt16(b, (int)need + 2);
                var aux = need + BitConverter.ToUInt32(b, (int)need + 8);
                for (var a = 0; a < entries; a++)
                {
                    var flags = (int)aux + 4;
                    var name = Text(b, names + BitConverter.ToUInt32(b, (int)aux + 8));
                    if (IsTooNew(name) && (b[flags] & Weak) == 0)
                    {
                        b[flags] |= (byte)Weak;
                        changed = true;
                    }
                    aux += BitConverter.ToUInt32(b, (int)aux + 12);
                }
            }
        }
        return changed;
    }

    private static bool IsTooNew(string name)
    {
        const string prefix = "GLIBCXX_";
        Version version;
        return name.StartsWith(prefix, StringComparison.Ordinal)
            && Version.TryParse(name.Substring(prefix.Length), out version)
            && version > new Version(3, 4, 30);
    }

    private static string Text(byte[] b, long at)
    {
        var end = Array.IndexOf(b, (byte)0, (int)at);
        return Encoding.ASCII.GetString(b, (int)at, end - (int)at);
    }
}
