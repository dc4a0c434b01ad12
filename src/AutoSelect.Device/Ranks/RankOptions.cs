using AutoSelect.Communication;
using AutoSelect.Contracts;

namespace AutoSelect.Device;

/// <summary>How ranks of device processes are joined, whether they train or measure.</summary>
internal static class RankOptions
{
    /// <param name="link">A network to pretend; null for the real one.</param>
    public static GroupOptions ForLink(LinkSpeed? link) =>
        new() { Shape = link is null ? null : new LinkShape(link.BytesPerSecond, link.LatencySeconds) };
}
