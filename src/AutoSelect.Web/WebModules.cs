using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AutoSelect.Web;

/// <summary>
/// Modules of the dashboard for a page that is one file: an import map names each, and gives it as a data: address. Such an address has no
/// folder, so that what modules import by a path is renamed to what the map calls it.
/// </summary>
public static partial class WebModules
{
    private const string Prefix = "autoselect/";

    /// <summary>An import map as JSON with a module and all that it imports. It holds no &lt;.</summary>
    /// <param name="entry">Such as report/main.js.</param>
    public static string ImportMap(string entry)
    {
        var modules = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(entry, modules);
        return JsonSerializer.Serialize(new { Imports = modules }, JsonSerializerOptions.Web);
    }

    /// <summary>What the map calls a module.</summary>
    public static string NameOf(string module) => Prefix + module;

    private static void Add(string module, SortedDictionary<string, string> modules)
    {
        if (modules.ContainsKey(NameOf(module))) return;
        var file = WebFile.All.GetValueOrDefault(module) ?? throw new InvalidOperationException($"There is no module {module}.");
        // Kept before those that it imports, which may import it in turn.
        modules[NameOf(module)] = "";
        var imported = new List<string>();
        var text = Imports().Replace(file.Text, found =>
        {
            var path = Resolve(module, found.Groups[2].Value);
            imported.Add(path);
            return found.Groups[1].Value + NameOf(path) + "\"";
        });
        modules[NameOf(module)] = "data:text/javascript;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        foreach (var path in imported) Add(path, modules);
    }

    private static string Resolve(string module, string path) =>
        new Uri(new Uri("http://web/" + module), path).AbsolutePath.TrimStart('/');

    [GeneratedRegex("""^(import (?:[^"]+ from )?")(\.[^"]+)"(?=;$)""", RegexOptions.Multiline)]
    private static partial Regex Imports();
}
