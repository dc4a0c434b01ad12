using AutoSelect.Communication;

namespace AutoSelect.Performance;

/// <summary>What the error of the linear model may depend on: how large the pieces are, and how the ranks are arranged.</summary>
internal static class CollectiveFeatures
{
    public static float[] Describe(Hierarchy hierarchy, Collective collective, double bytes) =>
    [
        (float)Math.Log(bytes + 1),
        (float)Math.Log(bytes / hierarchy.Ranks + 1),
        hierarchy.Ranks,
        hierarchy.Count,
        hierarchy.Count > 0 ? hierarchy[0] : 1,
        hierarchy.Count > 0 ? hierarchy[^1] : 1,
        (float)collective,
    ];
}
