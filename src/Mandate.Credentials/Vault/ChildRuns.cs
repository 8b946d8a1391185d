namespace Mandate.Credentials.Vault;

/// <summary>Whether the newest workflow of an id is another's child, and runs, or has run since a time: what it has handed on is used also after its end. What was prepared for the start of a child counts for that parent's child alone, whoever presents it.</summary>
/// <param name="owner">Tenant, tree and user of both.</param>
/// <param name="child">The credential's name, which is the child's id.</param>
/// <param name="parent">Id of the workflow that it was prepared for.</param>
/// <param name="since">When that was.</param>
/// <param name="cancellation">Stops waiting.</param>
/// <exception cref="CredentialException">It cannot be told now (<see cref="CredentialErrorKind.Unavailable"/>).</exception>
public delegate Task<ChildLife> ChildRuns(CredentialOwner owner, string child, string parent, DateTimeOffset since, CancellationToken cancellation);
