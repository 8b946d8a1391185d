using System.Collections.Immutable;
using System.Text;

namespace Mandate.Identity;

/// <summary>Whom work is done for: a user of a tenant, fixed when a run is started and the same for everything below it.</summary>
/// <remarks>
/// Identifiers may hold any printable characters. Control characters such as CR and LF, halves of surrogate pairs, and blanks at the ends are refused, so that
/// an identifier can stand in a log line or, encoded, in a header without becoming something else. Instances are immutable and compare by value.
/// </remarks>
public sealed partial record Principal
{
    /// <summary>Longest user id, tenant id and actor, in bytes of UTF-8.</summary>
    public const int MaximumIdentifierBytes = 512;

    /// <summary>Most scopes.</summary>
    public const int MaximumScopes = 64;

    private readonly string _userId = "";
    private readonly string _tenantId = "";
    private readonly string? _actor;
    private readonly ImmutableArray<string> _scopes = [];

    /// <summary>A user of a tenant.</summary>
    /// <exception cref="PrincipalException">An identifier is missing or cannot be one.</exception>
    public Principal(string userId, string tenantId)
    {
        UserId = userId;
        TenantId = tenantId;
    }

    /// <summary>The user, 1 to <see cref="MaximumIdentifierBytes"/> bytes; unique within the tenant.</summary>
    public string UserId
    {
        get => _userId;
        init => _userId = Identifier(value, "user id");
    }

    /// <summary>The tenant, 1 to <see cref="MaximumIdentifierBytes"/> bytes. It does not start with <c>$</c>: such names are the system's own.</summary>
    public string TenantId
    {
        get => _tenantId;
        init => _tenantId = Identifier(value, "tenant id") is var tenant && tenant[0] != '$'
            ? tenant
            : throw new PrincipalException("The tenant id starts with '$', which is reserved.");
    }

    /// <summary>Who acts in the user's name when it is not the user, such as <c>schedule:nightly</c>; null when the user does.</summary>
    public string? Actor
    {
        get => _actor;
        init => _actor = value is null ? null : Identifier(value, "actor");
    }

    /// <summary>What the user's token allowed, at most <see cref="MaximumScopes"/>.</summary>
    public IReadOnlyList<string> Scopes
    {
        get => _scopes;
        init => _scopes = value.Count <= MaximumScopes
            ? [.. value.Select(scope => Identifier(scope, "scope"))]
            : throw new PrincipalException($"There are {value.Count} scopes; at most {MaximumScopes} are carried.");
    }

    /// <summary>Who vouches for it: the issuer of the verified envelope, null before there is one.</summary>
    public string? Issuer { get; internal init; }

    /// <summary>Workflow id of the run at the top of the tree it is fixed to, null before there is one.</summary>
    public string? RootWorkflowId { get; internal init; }

    /// <inheritdoc/>
    public bool Equals(Principal? other) =>
        other is not null
        && UserId == other.UserId
        && TenantId == other.TenantId
        && Actor == other.Actor
        && Issuer == other.Issuer
        && RootWorkflowId == other.RootWorkflowId
        && _scopes.SequenceEqual(other._scopes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(UserId, TenantId, Actor, Issuer, RootWorkflowId, _scopes.Length);

    /// <summary><c>user@tenant</c>, with the actor where there is one.</summary>
    public override string ToString() => Actor is null ? $"{UserId}@{TenantId}" : $"{UserId}@{TenantId} by {Actor}";

    private static string Identifier(string? value, string name)
    {
        if (string.IsNullOrEmpty(value))
            throw new PrincipalException($"The {name} is missing.");
        if (value.Length > MaximumIdentifierBytes || Encoding.UTF8.GetByteCount(value) > MaximumIdentifierBytes)
            throw new PrincipalException($"The {name} is longer than {MaximumIdentifierBytes} bytes.");
        if (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]))
            throw new PrincipalException($"The {name} begins or ends with a blank.");
        foreach (var rune in value.EnumerateRunes())
        {
            // An ill-formed text enumerates as U+FFFD, which no honest identifier holds either. Line and paragraph separators break log lines as CR and LF do.
            if (Rune.IsControl(rune) || rune == Rune.ReplacementChar || rune.Value is 0x2028 or 0x2029)
                throw new PrincipalException($"The {name} holds a control character or is not well-formed Unicode.");
        }

        return value;
    }
}
