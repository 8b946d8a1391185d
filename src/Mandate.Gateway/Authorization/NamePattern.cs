namespace Mandate.Gateway.Authorization;

/// <summary>
/// A name with <c>*</c> for any run of characters and <c>{tenant}</c> for the tenant it is done for. Case counts. A pattern with <c>{tenant}</c> matches nothing where there is no
/// tenant.
/// </summary>
internal sealed class NamePattern(string text)
{
    private const string TenantPlace = "{tenant}";
    private readonly bool _namesTenant = text.Contains(TenantPlace, StringComparison.Ordinal);

    /// <summary>Matches everything.</summary>
    public bool IsAny => text == "*";

    public bool Matches(string name, string? tenant)
    {
        if (IsAny)
            return true;
        if (!_namesTenant)
            return Compare(name, tenant: null);
        // A tenant's own name may hold a star; it stands for itself, so it is put in after the stars are split off.
        return tenant is not null && Compare(name, tenant);
    }

    public override string ToString() => text;

    private bool Compare(string name, string? tenant)
    {
        var parts = text.Split('*');
        if (tenant is not null)
            parts = [.. parts.Select(p => p.Replace(TenantPlace, tenant, StringComparison.Ordinal))];
        if (parts.Length == 1)
            return string.Equals(parts[0], name, StringComparison.Ordinal);
        var (first, last) = (parts[0], parts[^1]);
        if (name.Length < first.Length + last.Length || !name.StartsWith(first, StringComparison.Ordinal) || !name.EndsWith(last, StringComparison.Ordinal))
            return false;
        var at = first.Length;
        foreach (var part in parts.AsSpan(1, parts.Length - 2))
        {
            var found = name.IndexOf(part, at, name.Length - last.Length - at, StringComparison.Ordinal);
            if (found < 0)
                return false;
            at = found + part.Length;
        }

        return true;
    }
}
