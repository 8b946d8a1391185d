using System.Collections;
using System.Reflection;

namespace Mandate.Configuration;

/// <summary>Names settings that do not exist, after binding found that there are some.</summary>
internal static class UnknownSettings
{
    /// <summary>Each unknown setting with the ones there are in its place.</summary>
    public static IEnumerable<(string Setting, string Advice)> Find(IConfigurationSection section, Type type)
    {
        if (Item(type) is { } item)
            return section.GetChildren().SelectMany(child => Find(child, item));
        if (type.Namespace != typeof(MandateOptions).Namespace)
            return [];
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        return section.GetChildren().SelectMany(child => properties.TryGetValue(child.Key, out var property)
            ? Find(child, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)
            : [(child.Path, $"Settings of {section.Path} are: {string.Join(", ", properties.Keys.Order(StringComparer.Ordinal))}.")]);
    }

    /// <summary>What a list or dictionary holds.</summary>
    private static Type? Item(Type type) => type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type) ? type.GetGenericArguments()[^1] : null;
}
