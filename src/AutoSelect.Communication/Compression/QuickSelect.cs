namespace AutoSelect.Communication;

/// <summary>Hoare's selection: the value that would be at a place if the values were sorted, in linear time on average.</summary>
internal static class QuickSelect
{
    /// <summary>The value at a place in descending order; NaN counts as the largest. Reorders the values.</summary>
    public static float LargestAt(Span<float> values, int place)
    {
        var (low, high) = (0, values.Length - 1);
        while (low < high)
        {
            var pivot = Median(values[low], values[(low + high) / 2], values[high]);
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (Before(values[i], pivot)) i++;
                while (Before(pivot, values[j])) j--;
                if (i > j) break;
                (values[i], values[j]) = (values[j], values[i]);
                i++;
                j--;
            }
            if (place <= j) high = j;
            else if (place >= i) low = i;
            else break;
        }
        return values[place];
    }

    private static bool Before(float a, float b) => float.IsNaN(a) ? !float.IsNaN(b) : a > b;

    private static float Median(float a, float b, float c) =>
        Before(a, b) ? Before(b, c) ? b : Before(a, c) ? c : a : Before(a, c) ? a : Before(b, c) ? c : b;
}
