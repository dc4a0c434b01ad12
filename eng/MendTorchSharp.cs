using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Marks the too new GLIBCXX version needs of ELF files as weak and the methods of .NET assemblies as not to be optimised
/// (TorchSharp.targets says why). A file that needs no change is left alone; one in neither format is an error.
/// </summary>
public class MendTorchSharp : Task
{
    public ITaskItem[] Files { get; set; }

    public override bool Execute()
    {
        foreach (var file in Files)
        {
            try
            {
                Mend(file.ItemSpec);
            }
            catch (Exception e) when (e is IOException || e is UnauthorizedAccessException || e is InvalidDataException
                || e is IndexOutOfRangeException || e is ArgumentException)
            {
                Log.LogError("{0}: {1}", file.ItemSpec, e.Message);
            }
        }
        return !Log.HasLoggedErrors;
    }

    private void Mend(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var isElf = bytes.Length > 64 && bytes[0] == 0x7f && bytes[1] == 'E';
        var isPortableExecutable = bytes.Length > 64 && bytes[0] == 'M' && bytes[1] == 'Z';
        if (!isElf && !isPortableExecutable) throw new InvalidDataException("neither an ELF file nor a .NET assembly");
        if (isElf ? VersionNeeds.Weaken(bytes) : Methods.KeepArguments(bytes)) Replace(path, bytes);
    }

    // By a name of its own and in one step: others may build here too, and devices may start.
    private void Replace(string path, byte[] bytes)
    {
        var mended = path + "." + Guid.NewGuid().ToString("N");
        File.Copy(path, mended, true); // keeps the permissions
        File.WriteAllBytes(mended, bytes);
        File.SetLastWriteTimeUtc(mended, File.GetLastWriteTimeUtc(path)); // so that the next build sees it as up to date
        File.Replace(mended, path, null);
        Log.LogMessage(MessageImportance.Normal, "Mended {0}", path);
    }

    /// <summary>
    /// Sets VER_FLG_WEAK on the version needs newer than GLIBCXX_3.4.30 of 64-bit little-endian ELF files (System V gABI, "Version Needed":
    /// Elf64_Verneed and Elf64_Vernaux).
    /// </summary>
    private static class VersionNeeds
    {
        private const uint SectionTypeVerneed = 0x6ffffffe;
        private const ushort Weak = 0x2;

        public static bool Weaken(byte[] b)
        {
            if (b[4] != 2 || b[5] != 1) return false;
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

    /// <summary>
    /// Sets NoInlining and NoOptimization on all methods in IL (ECMA-335, II.24.2.6 "#~ stream", II.22.26 "MethodDef" and II.23.1.11
    /// "MethodImplAttributes").
    /// </summary>
    private static class Methods
    {
        private const int TypeRef = 1, TypeDef = 2, FieldPtr = 3, Field = 4, MethodPtr = 5, MethodDef = 6, Param = 8;
        private const int ModuleRef = 0x1a, TypeSpec = 0x1b, AssemblyRef = 0x23;
        private const int NoInlining = 0x8, NoOptimization = 0x40, AggressiveInlining = 0x100, AggressiveOptimization = 0x200;

        public static bool KeepArguments(byte[] b)
        {
            var tables = Tables(b);
            int heaps = b[tables + 6], at = tables + 24;
            var valid = BitConverter.ToUInt64(b, tables + 8);
            var rows = new int[64];
            for (var table = 0; table < rows.Length; table++)
            {
                if ((valid >> table & 1) == 0) continue;
                rows[table] = BitConverter.ToInt32(b, at);
                at += 4;
            }
            if (rows[FieldPtr] + rows[MethodPtr] > 0) throw new InvalidDataException("its metadata are not compressed");

            int text = (heaps & 1) != 0 ? 4 : 2, guid = (heaps & 2) != 0 ? 4 : 2, blob = (heaps & 4) != 0 ? 4 : 2;
            Func<int, int[], int> index = (tag, of) => Array.TrueForAll(of, table => rows[table] < 1 << 16 - tag) ? 2 : 4;
            at += 2 + text + 3 * guid; // the module's only row
            at += rows[TypeRef] * (index(2, new[] { 0, ModuleRef, AssemblyRef, TypeRef }) + 2 * text);
            var baseType = index(2, new[] { TypeDef, TypeRef, TypeSpec });
            at += rows[TypeDef] * (4 + 2 * text + baseType + index(0, new[] { Field }) + index(0, new[] { MethodDef }));
            at += rows[Field] * (2 + text + blob);

            var changed = false;
            for (var method = 0; method < rows[MethodDef]; method++, at += 8 + text + blob + index(0, new[] { Param }))
            {
                int address = BitConverter.ToInt32(b, at), flags = BitConverter.ToUInt16(b, at + 4);
                if (address == 0) continue; // abstract, or native
                var kept = flags & ~(AggressiveInlining | AggressiveOptimization) | NoInlining | NoOptimization;
                changed |= kept != flags;
                b[at + 4] = (byte)kept;
                b[at + 5] = (byte)(kept >> 8);
            }
            return changed;
        }

        /// <summary>Where the stream of tables begins: from the COFF header to the CLI header (II.25) to the metadata root.</summary>
        private static int Tables(byte[] b)
        {
            var coff = BitConverter.ToInt32(b, 0x3c) + 4;
            var optional = coff + 20;
            var isPlus = BitConverter.ToUInt16(b, optional) == 0x20b;
            var sections = optional + BitConverter.ToUInt16(b, coff + 16);
            var count = BitConverter.ToUInt16(b, coff + 2);
            Func<int, int> position = address =>
            {
                for (var section = sections; section < sections + count * 40; section += 40)
                {
                    var offset = address - BitConverter.ToInt32(b, section + 12);
                    if (offset < 0 || offset >= BitConverter.ToInt32(b, section + 16)) continue;
                    return BitConverter.ToInt32(b, section + 20) + offset;
                }
                throw new InvalidDataException("not a .NET assembly");
            };

            var cli = position(BitConverter.ToInt32(b, optional + (isPlus ? 112 : 96) + 14 * 8));
            var root = position(BitConverter.ToInt32(b, cli + 8));
            var stream = root + 16 + BitConverter.ToInt32(b, root + 12) + 4;
            for (var left = BitConverter.ToUInt16(b, stream - 2); left > 0; left--)
            {
                var end = Array.IndexOf(b, (byte)0, stream + 8);
                var name = Encoding.ASCII.GetString(b, stream + 8, end - stream - 8);
                if (name == "#~") return root + BitConverter.ToInt32(b, stream);
                stream += 8 + (name.Length / 4 + 1) * 4;
            }
            throw new InvalidDataException("there is no stream #~ in its metadata");
        }
    }
}
