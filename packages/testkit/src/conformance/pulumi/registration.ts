/** A resource as a Pulumi program registers it; `inspect` of `@breakwater/pulumi` gives them. */
export interface PulumiRegistration {
  readonly urn: string;
  /** `aws:ec2/vpc:Vpc` */
  readonly type: string;
  readonly name: string;
  /** Whether a provider creates it; components only hold others. */
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Arguments that hold a secret of Pulumi's. */
  readonly secretInputs: readonly string[];
  readonly options: {
    readonly retainOnDelete: boolean;
    readonly ignoreChanges: readonly string[];
  };
}
