@export()
@description('Names and what each is: tags, settings.')
type words = { *: string }
