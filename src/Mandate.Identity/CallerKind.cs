namespace Mandate.Identity;

/// <summary>What kind of caller.</summary>
public enum CallerKind
{
    /// <summary>A person, or a program that acts as one.</summary>
    User,

    /// <summary>Another service, as itself.</summary>
    Service,

    /// <summary>A worker that polls tasks and completes them for whomever they run for.</summary>
    Worker,
}
