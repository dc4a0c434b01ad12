using System.Globalization;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Reports;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Reports.Campaigns;

/// <summary>Which parameters matter.</summary>
internal static class ImportanceSection
{
    public static void Add(Html page, CampaignRecord record)
    {
        var (parameters, rSquared) = ParameterImportance.Of(record);
        page.Add($"<section><h2>Importance</h2>\n<p class=\"about\">Permutation importance of a random forest: by how much its R² on "
            + $"points that it was not trained on falls when a parameter's values are permuted among them.");
        if (parameters.IsEmpty)
        {
            page.Add($" It takes {ParameterImportance.Fewest} points with results that differ.</p></section>\n");
            return;
        }
        page.Add($" The forest's own R² is {Wording.Number(rSquared, 2)}"
            + $"{(rSquared < 0.3 ? ": it explains little, and what follows is worth as little" : "")}.</p>\n");
        var most = Math.Max(1e-9, parameters.Max(p => p.Drop));
        page.Add($"<table><tbody>\n");
        foreach (var parameter in parameters)
        {
            var share = (Math.Max(0, parameter.Drop) / most).ToString("0.###", CultureInfo.InvariantCulture);
            page.Add($"""
                <tr><td>{parameter.Key}</td>
                <td><progress max="1" value="{share}" aria-label="Importance of {parameter.Key}"></progress></td>
                <td class="n">{Wording.Number(parameter.Drop, 3)}</td></tr>

                """);
        }
        page.Add($"</tbody></table></section>\n");
    }
}
